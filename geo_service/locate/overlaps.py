"""Areas of one kind that lie on the same ground under two ids."""

import numpy as np
import pandas as pd
import shapely

from geo_service.measure import geometries_to_metres
from geo_service.measure.validity import Validity

SAME_GROUND = 0.9
"""Share of either area that the other covers."""


def same_ground(new: pd.DataFrame, areas: pd.DataFrame, *, epsg: int) -> pd.DataFrame:
    """Return which of `areas` are on the ground of a `new` one of their kind, under another id.

    Areas that are not valid at the same time are no such pair.

    Parameters
    ----------
    new, areas
        AREAS in WGS 84; the new ones may be among the others.
    epsg
        The store's UTM zone.

    Returns
    -------
    pairs
        `area_id` of the new area and `other_id`, each pair once, in the order of ids.
    """
    one = geometries_to_metres(new["geometry"].to_numpy(dtype=object), epsg)
    other = geometries_to_metres(areas["geometry"].to_numpy(dtype=object), epsg)
    i, j = shapely.STRtree(other).query(one, predicate="intersects")
    ids, others = new["area_id"].to_numpy(dtype=object), areas["area_id"].to_numpy(dtype=object)
    mine, theirs = Validity.of(new), Validity.of(areas)
    alike = new["kind"].to_numpy(dtype=object)[i] == areas["kind"].to_numpy(dtype=object)[j]
    alike &= ids[i] != others[j]
    alike &= (mine.since[i] < theirs.until[j]) & (theirs.since[j] < mine.until[i])
    i, j = i[alike], j[alike]
    shared = shapely.area(shapely.intersection(one[i], other[j]))
    least = SAME_GROUND * np.maximum(shapely.area(one[i]), shapely.area(other[j]))
    pairs = pd.DataFrame({"area_id": ids[i], "other_id": others[j]})[shared >= least]
    # of two new ones each is the other's
    again = pairs["other_id"].isin(ids) & (pairs["other_id"] > pairs["area_id"])
    return pairs[~again].sort_values(["area_id", "other_id"], ignore_index=True)
