"""Tracks become points that can be asked for their area."""

import numpy as np
import pandas as pd
import shapely

from geo_service.coverage.params import CoverageParams
from geo_service.measure import to_degrees, to_metres

_MOST = 200_000


def track_points(
    visits: pd.DataFrame, *, epsg: int, params: CoverageParams | None = None
) -> pd.DataFrame:
    """Return the points of visits that have a track, every few metres of its lines.

    Those of VISITS that name an area need no points, and get none. Columns are ``visit_id lon lat
    at``; `at` is even between beginning and end along the whole track. Points that lie apart are
    asked as they are, nothing is drawn between them.
    """
    params = params or CoverageParams()
    walked = visits[visits["geometry"].notna() & visits["area_id"].isna()]
    parts, of_visit = shapely.get_parts(
        walked["geometry"].to_numpy(dtype=object), return_index=True
    )
    if not len(parts):
        return pd.DataFrame({"visit_id": [], "lon": [], "lat": [], "at": []})
    place, part = shapely.get_coordinates(parts, return_index=True)
    x, y = to_metres(place[:, 0], place[:, 1], epsg)
    # between a corner and the next of the same line so many further points
    long = np.append(np.hypot(np.diff(x), np.diff(y)), 0.0)
    long[np.append(part[1:] != part[:-1], True)] = 0.0
    steps = np.maximum(np.ceil(long / params.step_m), 1).clip(max=_MOST).astype(np.int64)
    of = np.repeat(np.arange(len(x)), steps)
    share = (np.arange(len(of)) - np.repeat(np.cumsum(steps) - steps, steps)) / steps[of]
    next_ = np.minimum(of + 1, len(x) - 1)
    lon, lat = to_degrees(
        x[of] + share * (x[next_] - x[of]), y[of] + share * (y[next_] - y[of]), epsg
    )
    visit = of_visit[part[of]]
    along = np.arange(len(of)) - np.searchsorted(visit, visit)
    whole = np.maximum(np.bincount(visit, minlength=len(walked))[visit] - 1, 1)
    start = pd.DatetimeIndex(walked["started_at"]).as_unit("us").asi8[visit]
    end = pd.DatetimeIndex(walked["ended_at"].fillna(walked["started_at"])).as_unit("us").asi8
    at = start + ((end[visit] - start) * (along / whole)).astype(np.int64)
    return pd.DataFrame(
        {
            "visit_id": walked["visit_id"].to_numpy()[visit],
            "lon": lon,
            "lat": lat,
            "at": pd.to_datetime(at, unit="us", utc=True).as_unit("us"),
        }
    )
