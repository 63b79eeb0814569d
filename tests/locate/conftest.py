from __future__ import annotations

import pandas as pd
import pytest
import shapely

from geo_service.terms import FRAMES, packaged_kinds

EPSG = 32648


@pytest.fixture(scope="session")
def kinds():
    return packaged_kinds()


def make_areas(*rows):
    """Rows of (area_id, kind, geometry[, name[, subdistrict_id[, aliases]]])."""
    columns = ["area_id", "kind", "geometry", "name", "subdistrict_id", "aliases"]
    table = pd.DataFrame([dict(zip(columns, row, strict=False)) for row in rows])
    return FRAMES["areas"].conform(table)


def make_reports(*points, **columns):
    lon, lat = [p[0] for p in points], [p[1] for p in points]
    ids = [str(k) for k in range(len(points))]
    return FRAMES["reports"].conform(
        pd.DataFrame({"report_id": ids, "lon": lon, "lat": lat, **columns})
    )


def square(lon, lat, side=0.001):
    return shapely.box(lon, lat, lon + side, lat + side)
