"""Days until a problem comes back: an area's curve beside the district's, of the last run."""

from typing import Any

import numpy as np

from geo_service.terms import AT_RISK_DAYS, CURVE_DAYS
from geo_service.web.base import desk
from geo_service.web.data.shapes import places, run_order
from geo_service.web.data.week_rows import series, week_rows


def curve(area_id: str, category: str) -> dict[str, Any] | None:
    """Return the curves of the closures of the year before the end of the run's last week.

    Beside them that week's estimate within 30 days, drawn towards all areas; where there are too
    few data for one, the area has no curve. None where nothing was closed in the district.
    """
    known, row = series("curve", category), run_order().row.get(area_id)
    if known is None or known[-1, len(CURVE_DAYS)] == 0:
        return None
    week = desk.run().last_week
    rows = week_rows(week, category)
    place = rows.row[places().row[area_id]]
    facts: dict[str, Any] = {}
    if place >= 0:
        facts = rows.plain.records(np.array([place]))[0]
    enough = bool(facts.get("enough_data")) and row is not None
    return {
        "week": week,
        "days": list(CURVE_DAYS),
        "at_risk_days": list(AT_RISK_DAYS),
        "closures": facts.get("rebound_spells") or 0,
        "area": _told(known[row].tolist()) if enough else None,
        "estimate": {name: facts[name] for name in ("p_rebound_30", "low", "high")}
        if enough
        else None,
        "district": _told(known[-1].tolist()),
    }


def _told(row: list[int]) -> dict[str, Any]:
    """Return shares back by each day, and how many are at risk."""
    split = len(CURVE_DAYS)
    return {"back": [one / 1000 for one in row[:split]], "at_risk": row[split:]}
