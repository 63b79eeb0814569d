"""Of areas that hold a point: the finer kind, then fewer square metres, then the smaller id."""

from __future__ import annotations

import pandas as pd
import shapely

from geo_service.locate.grid.preference import preference_of
from geo_service.terms import packaged_kinds


def test_finer_then_smaller_then_by_id():
    small, large = shapely.box(103.8, 36, 103.801, 36.001), shapely.box(103.8, 36, 103.81, 36.01)
    areas = pd.DataFrame(
        [
            ("street", "s", small),
            ("market", "m2", large),
            ("market", "m1", large),
            ("market", "m3", small),
            ("castle", "c", small),  # a kind that nobody knows comes last
        ],
        columns=["kind", "area_id", "geometry"],
    )
    got = preference_of(areas, packaged_kinds(), epsg=32648)
    assert areas["area_id"].iloc[got.argsort()].tolist() == ["m3", "m1", "m2", "s", "c"]
