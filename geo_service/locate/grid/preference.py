"""Which area a point belongs to where several hold it: finer kind, later end, smaller m² and id."""

import numpy as np
import pandas as pd
import shapely

from geo_service.measure import Ints, geometries_to_metres
from geo_service.measure.validity import Validity


def preference_of(areas: pd.DataFrame, kinds: pd.DataFrame, *, epsg: int) -> Ints:
    """Return each area's place in the order of preference, 0 first; shape (m,).

    An area of a kind that `kinds` does not know comes after all others. Of one kind those that are
    still in use go first: who takes one of two out of use means the other.
    """
    fineness = areas["kind"].map(kinds.set_index("kind")["fineness"].astype("float64"))
    size = shapely.area(geometries_to_metres(areas["geometry"].to_numpy(), epsg))
    ids = areas["area_id"].astype("str").to_numpy(dtype=object)
    order = np.lexsort(
        # a difference in the fifth digit after the point of a square metre is no difference
        (ids, np.round(size, 4), -Validity.of(areas).until, fineness.fillna(np.inf).to_numpy())
    )
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place
