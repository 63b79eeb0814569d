"""Moments written as text."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from hypothesis import strategies as st

from geo_service.intake.dates.times import TimeRules, parse_times

LANZHOU = TimeRules("Asia/Shanghai")


CHICAGO = TimeRules("America/Chicago")


def text(*values):
    return pd.Series(values, dtype="str")


def moments(*values, rules=LANZHOU, **how):
    got = parse_times(text(*values), rules, **how)
    return [None if pd.isna(at) else at.isoformat() for at in got.utc]


WHEN = st.datetimes(datetime(1980, 1, 2), datetime(2037, 12, 30))  # noqa: DTZ001
