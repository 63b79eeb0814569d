"""Tracks as points in time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geo_service.coverage import track_points
from tests.coverage.days import visits


def test_a_track_is_asked_every_few_metres_and_its_time_passes_evenly():
    table = visits(("1", None, "2026-01-05T02:00Z", "2026-01-05T03:00Z"), ("2", "a", None, None))
    line = shapely.LineString([(103.75, 36.05), (103.751, 36.05)])
    table["geometry"] = np.array([line, None], dtype=object)
    got = track_points(table, epsg=32648)
    assert set(got["visit_id"]) == {"1"}
    assert len(got) == 11  # 90 m, a point each 10 m at most
    assert (got["at"].iloc[0], got["at"].iloc[-1]) == (
        pd.Timestamp("2026-01-05T02:00Z"),
        pd.Timestamp("2026-01-05T03:00Z"),
    )
    assert got["at"].is_monotonic_increasing
    assert got["lon"].is_monotonic_increasing
