"""Points to polygons: at most one area each, and the same one whatever the order of the areas."""

import pandas as pd

from geo_service.locate.grid.locator import FEW_POINTS, Locator, locator_of
from geo_service.locate.grid.place import LocateParams, Place
from geo_service.measure import Floats, Ints


def locate_points(
    lon: Floats,
    lat: Floats,
    areas: pd.DataFrame,
    preference: Ints,
    *,
    epsg: int,
    params: LocateParams | None = None,
) -> Place:
    """Give each point the preferred area that contains it, else the nearest within reach.

    Containment is asked in the coordinates that the polygons are drawn in, where a point on a
    straight edge is exactly on it; distances are asked in metres.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,); NaN finds no area.
    areas
        AREAS with `geometry` in WGS 84.
    preference
        Place of each area in the order of preference, smallest first, no two alike; shape (m,).
    epsg
        The store's UTM zone.

    Returns
    -------
    place
        The area of each point and the metres to it.
    """
    params = params or LocateParams()
    make = Locator if len(lon) < FEW_POINTS else locator_of
    return make(areas, preference, epsg=epsg, params=params).locate(lon, lat)
