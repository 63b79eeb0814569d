from __future__ import annotations

import numpy as np
import shapely

from geo_service.locate import grid_cells
from geo_service.measure import geometries_to_metres, to_degrees


def test_cells_that_hold_a_report_and_their_neighbours():
    lon, lat = to_degrees([570_010.0, 570_020.0, np.nan], [3_990_010.0, 3_990_020.0, 0], 32648)
    cells = grid_cells(lon, lat, 250, epsg=32648)
    assert len(cells) == 9
    assert set(cells["kind"]) == {"grid"}
    metres = geometries_to_metres(cells["geometry"].to_numpy(), 32648)
    edges = shapely.get_coordinates(metres)
    assert np.allclose(edges / 250, np.round(edges / 250), atol=1e-6)
    # a later run with more reports keeps the cells it had
    more = grid_cells(
        *to_degrees([570_010.0, 571_000.0], [3_990_010.0] * 2, 32648), 250, epsg=32648
    )
    assert set(cells["area_id"]) <= set(more["area_id"])
