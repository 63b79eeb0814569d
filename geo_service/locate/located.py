"""REPORTS × AREAS → LOCATED: by point where a row has one, else by name, else listed as none."""

import numpy as np
import pandas as pd

from geo_service.locate.by_name import place_by_name
from geo_service.locate.grid.locator import locate_points
from geo_service.locate.grid.place import LocateParams
from geo_service.locate.grid.preference import preference_of
from geo_service.locate.subdistricts import named_subdistrict
from geo_service.measure.validity import LATEST, Validity, microseconds


def locate(
    reports: pd.DataFrame,
    areas: pd.DataFrame,
    kinds: pd.DataFrame,
    *,
    epsg: int,
    params: LocateParams | None = None,
) -> pd.DataFrame:
    """Return where each report lies.

    Parameters
    ----------
    reports
        REPORTS: `report_id lon lat precision address subdistrict area_name` are read, and
        `reported_at` where an area begins or ends at any time.
    areas
        AREAS in WGS 84, subdistricts among them, each with its `subdistrict_id`; a report lies in
        one that was valid when it was reported.
    kinds
        KINDS: order of fineness, and which kinds hold reports.
    epsg
        The store's UTM zone.

    Returns
    -------
    located
        `report_id area_id subdistrict_id distance_m precision`, the index of `reports` kept;
        `area_id` is missing where a report is unlocated. A fallback point finds no area: it says
        nothing about where the problem is.
    """
    params = params or LocateParams()
    areas = areas.assign(rank=preference_of(areas, kinds, epsg=epsg))
    validity = Validity.of(areas)
    if not len(validity.edges) or reports.empty:
        return _locate(reports, areas, kinds, epsg, params)
    epochs = list(validity.epochs(microseconds(reports["reported_at"], len(reports), LATEST)))
    parts = [
        _locate(reports.iloc[some], areas[valid], kinds, epsg, params) for some, valid in epochs
    ]
    order = np.argsort(np.concatenate([some for some, _ in epochs]))
    return pd.concat(parts).iloc[order]


def _locate(
    reports: pd.DataFrame,
    areas: pd.DataFrame,
    kinds: pd.DataFrame,
    epsg: int,
    params: LocateParams,
) -> pd.DataFrame:
    """Locate reports of a time in which all of `areas`, each with its `rank`, are valid."""
    holds = areas["kind"].isin(kinds.loc[kinds["locates"], "kind"])
    fine = areas[holds].reset_index(drop=True)
    subs = areas[areas["kind"] == "subdistrict"].reset_index(drop=True)
    own_point = reports["lon"].notna() & reports["lat"].notna()
    own_point &= ~reports["precision"].isin(["fallback", "none", "area"])
    lon = reports["lon"].where(own_point).to_numpy(dtype=np.float64)
    lat = reports["lat"].where(own_point).to_numpy(dtype=np.float64)

    order, of_subs = fine["rank"].to_numpy(), subs["rank"].to_numpy()
    place = locate_points(lon, lat, fine, order, epsg=epsg, params=params)
    area_id = _take(fine["area_id"], place.area, reports.index)
    sub_place = locate_points(lon, lat, subs, of_subs, epsg=epsg, params=params)
    subdistrict_id = _take(subs["area_id"], sub_place.area, reports.index)

    named_sub = named_subdistrict(reports["subdistrict"], subs)
    without = ~own_point & (reports["precision"].fillna("") != "fallback")
    said = reports[without]
    text = said["area_name"].fillna("") + "\n" + said["address"].fillna("")
    text = text.reindex(reports.index)
    by_name = place_by_name(text, named_sub, fine, pd.Series(order, index=fine.index))
    area_id = area_id.fillna(by_name)
    its_sub = by_name.map(fine.set_index("area_id")["subdistrict_id"]).astype("str")
    subdistrict_id = subdistrict_id.fillna(its_sub).fillna(named_sub)

    precision = reports["precision"].fillna("point").where(own_point, "none")
    precision = precision.mask(without & by_name.notna(), "area")
    precision = precision.mask(reports["precision"] == "fallback", "fallback")
    return pd.DataFrame(
        {
            "report_id": reports["report_id"],
            "area_id": area_id,
            "subdistrict_id": subdistrict_id.astype("str"),
            "distance_m": place.distance_m,
            "precision": precision,
        },
        index=reports.index,
    )


def _take(ids: pd.Series, row: np.ndarray, index: pd.Index) -> pd.Series:
    values = np.full(len(row), None, dtype=object)
    found = row >= 0
    values[found] = ids.to_numpy(dtype=object)[row[found]]
    return pd.Series(values, index=index, dtype="str")
