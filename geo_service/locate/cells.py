"""Squares over the reports, for a city without polygons."""

import numpy as np
import pandas as pd
import shapely

from geo_service.measure import Floats, to_degrees, to_metres
from geo_service.terms import FRAMES


def grid_cells(lon: Floats, lat: Floats, cell_m: float, *, epsg: int) -> pd.DataFrame:
    """Return the cells that hold a point, and the eight around each, as areas of kind ``grid``.

    Edges lie at multiples of `cell_m` in zone `epsg`, so that a later run makes the same cells.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,); NaN without a point.
    cell_m
        Length of an edge in metres.

    Returns
    -------
    areas
        AREAS with `geometry` in WGS 84; an id says the cell's size and its column and row.
    """
    x, y = to_metres(lon, lat, epsg)
    known = np.isfinite(x) & np.isfinite(y)
    column = np.floor(x[known] / cell_m).astype(np.int64)
    row = np.floor(y[known] / cell_m).astype(np.int64)
    held = np.unique(np.column_stack([column, row]), axis=0)
    steps = np.array([(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)])
    cells = np.unique((held[:, None, :] + steps[None, :, :]).reshape(-1, 2), axis=0)

    corners = cells[:, None, :] + np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    corner_lon, corner_lat = to_degrees(
        corners[..., 0].ravel() * cell_m, corners[..., 1].ravel() * cell_m, epsg
    )
    rings = np.column_stack([corner_lon, corner_lat]).reshape(-1, 5, 2)
    names = pd.Series(cells[:, 0]).astype("str") + "-" + pd.Series(cells[:, 1]).astype("str")
    areas = pd.DataFrame(
        {
            "area_id": f"grid-{cell_m:g}-" + names,
            "name": names,
            "kind": "grid",
            "length_m": 2 * cell_m,
            "area_m2": cell_m**2,
            "geometry": shapely.polygons(rings),
        }
    )
    return FRAMES["areas"].conform(areas)
