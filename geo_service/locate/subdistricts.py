"""Which subdistrict an area lies in, where its source does not say."""

import pandas as pd
import shapely

from geo_service.measure import geometries_to_metres

_NEVER = pd.Timestamp("9999-12-31", tz="UTC").as_unit("us")


def subdistrict_of_areas(areas: pd.DataFrame, *, epsg: int) -> pd.Series:
    """Return the `subdistrict_id` of each area: its own where it names one, else the largest share.

    A named subdistrict may be given by id or by name. One that ends before the area does gives way
    to the largest share among those that do not, if there is any. An area that touches no
    subdistrict has none. A subdistrict lies in none.

    Parameters
    ----------
    areas
        AREAS in WGS 84, subdistricts among them.

    Returns
    -------
    subdistrict_id
        On the index of `areas`; missing where there is none.
    """
    subdistricts = areas[areas["kind"] == "subdistrict"]
    own = named_subdistrict(areas["subdistrict_id"], subdistricts)
    until = areas["valid_to"].astype("datetime64[us, UTC]").fillna(_NEVER).astype("int64")
    ends = until.loc[subdistricts.index].set_axis(subdistricts["area_id"])
    outlives = until > own.map(ends).astype("float64")
    open_ = (own.isna() | outlives) & (areas["kind"] != "subdistrict")
    if subdistricts.empty or not open_.any():
        return own.where(areas["kind"] != "subdistrict").astype("str")
    shapes = geometries_to_metres(subdistricts["geometry"].to_numpy(), epsg)
    asked = geometries_to_metres(areas.loc[open_, "geometry"].to_numpy(), epsg)
    area, sub = shapely.STRtree(shapes).query(asked, predicate="intersects")
    shared = shapely.area(shapely.intersection(asked[area], shapes[sub]))
    pairs = pd.DataFrame(
        {
            "area": areas.index[open_][area],
            "subdistrict_id": subdistricts["area_id"].to_numpy()[sub],
            "lasts": ends.to_numpy()[sub] >= until[open_].to_numpy()[area],
            "shared": shared.round(4),
        }
    )
    by = ["area", "lasts", "shared", "subdistrict_id"]
    pairs = pairs.sort_values(by, ascending=[True, False, False, True])
    best = pairs.drop_duplicates("area").set_index("area").reindex(areas.index)
    own = own.mask(outlives & best["lasts"].eq(True)).fillna(best["subdistrict_id"].astype("str"))
    return own.where(areas["kind"] != "subdistrict").astype("str")


def named_subdistrict(named: pd.Series, subdistricts: pd.DataFrame) -> pd.Series:
    """Return the id of the subdistrict a row names by id or by name, missing where unknown."""
    with_name = subdistricts.dropna(subset=["name"])
    by_name = dict(zip(with_name["name"], with_name["area_id"], strict=True))
    by_id = named.where(named.isin(subdistricts["area_id"]))
    return by_id.fillna(named.map(by_name).astype("str"))
