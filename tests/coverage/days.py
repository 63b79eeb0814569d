"""A log of visits, in few words."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from geo_service.coverage import watch
from geo_service.terms import FRAMES

ZONE = "Asia/Shanghai"


AS_OF = datetime(2026, 3, 1, 16, tzinfo=UTC)


def visits(*rows):
    table = pd.DataFrame(rows, columns=["visit_id", "area_id", "started_at", "ended_at"])
    return FRAMES["visits"].conform(table)


def seen_by(*rows, areas=("a", "b")):
    nothing = pd.DataFrame({"area_id": [], "at": pd.to_datetime([], utc=True)})
    return watch(visits(*rows), nothing, list(areas), timezone=ZONE, as_of=AS_OF)
