"""Spells to make rates of."""

import pandas as pd

from geo_service.terms import FRAMES

BEGIN = pd.Timestamp("2025-01-06", tz="UTC")


def spells(*rows, **common):
    """Spells from dictionaries with `start` and `days`, days since 2025-01-06."""
    table = []
    for number, row in enumerate(rows):
        usual = {
            "case_id": str(number),
            "area_id": "a",
            "category": "D01",
            "episode": 1,
            "start": 0,
            "days": 100,
            "returned": False,
            "unverified": False,
        }
        one = usual | common | row
        one["started_at"] = BEGIN + pd.Timedelta(days=one.pop("start"))
        one["ended_at"] = one["started_at"] + pd.Timedelta(days=one.pop("days"))
        table.append(one)
    frame = pd.DataFrame(table)
    for name in ("started_at", "ended_at"):
        frame[name] = pd.to_datetime(frame.get(name), utc=True).astype("datetime64[us, UTC]")
    return FRAMES["spells"].conform(frame)
