"""The state of the district in a few counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd


def state_of(reports: pd.DataFrame, cases: pd.DataFrame, as_of: datetime) -> dict[str, Any]:
    """Return the counts that stand above every page.

    Parameters
    ----------
    reports
        Located REPORTS, those known at `as_of`.
    cases
        CASES.
    as_of
        First moment not seen.
    """
    states = cases["state"].value_counts()
    week = pd.Timestamp(as_of) - timedelta(days=7)
    returned = (cases["link"] == "rebound") & (cases["opened_at"] >= week)
    return {
        "reports": len(reports),
        "unlocated": int(reports["area_id"].isna().sum()),
        "without_point": int(reports["precision"].isin(["area", "fallback", "none"]).sum()),
        "cases": len(cases),
        "open": int(states.get("open", 0) + states.get("fixed", 0)),
        "verified": int(states.get("verified", 0)),
        "lapsed": int(states.get("lapsed", 0)),
        "cancelled": int(states.get("cancelled", 0)),
        "unverified": int(cases["unverified"].sum()),
        "returned_7": int((returned & (cases["state"] != "cancelled")).sum()),
        "sites": int(cases["site_id"].nunique()),
    }
