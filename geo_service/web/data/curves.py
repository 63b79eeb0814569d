"""Days until a problem comes back: an area's curve beside the district's, of the last run."""

from typing import Any

import numpy as np
import pandas as pd

from geo_service.terms import AT_RISK_DAYS, CURVE_DAYS
from geo_service.web.base import desk
from geo_service.web.base.keep import Kept
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places, run_order
from geo_service.web.data.week_rows import series, week_rows

_RATES = Kept[pd.DataFrame]("area rates", room=16)


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


def horizons(area_id: str, category: str) -> list[dict[str, Any]]:
    """Return how many of an area's fixes came back within 7, 30 and 90 days, over its record."""
    run_id = desk.run().run_id

    def read() -> pd.DataFrame:
        return desk.store().runs.rates("area", category, run_id).set_index("key")

    table = _RATES.of((run_id, category), read)
    if area_id not in table.index:
        return []
    (row,) = records(table.loc[[area_id]], list(table.columns))
    return [
        {
            "days": days,
            "back": row[f"rebounds_{days}"],
            "fixes": row["closures"],
            "share": row[f"p_rebound_{days}"],
            "low": row[f"p_rebound_{days}_low"],
            "high": row[f"p_rebound_{days}_high"],
        }
        for days in (7, 30, 90)
    ]
