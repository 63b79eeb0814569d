"""A file of visits → table ``visits``: who looked where and when, by area or as a track."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service.intake.dates.times import AHEAD, FIRST, TimeRules, decide_order, parse_times
from geo_service.intake.options import AS_FOUND, Layout, TableIn
from geo_service.intake.readers.files import bad_file
from geo_service.intake.readers.sources import read_rows
from geo_service.intake.rows.columns import by_plain_name, strip
from geo_service.intake.rows.identity import name_rows
from geo_service.intake.rows.points import numbers
from geo_service.intake.rows.refusals import Refusals
from geo_service.intake.rows.texts import clean, clean_ids
from geo_service.terms import FRAMES

MOST_HOURS: Final = 24
"""Nobody looks longer than that at a time: a longer visit is a period, and is refused."""

_FIELDS: Final = (*FRAMES["visits"].names, "lon", "lat")
_TEXTS: Final = ("person", "kind", "unit", "photo_ids")
_WALKED: Final = (0, 1, 4, 5)
"""Points and lines, as shapely numbers its types."""


def read_visits(
    path: Path,
    *,
    timezone: str,
    known_areas: Collection[str],
    now: datetime,
    layout: Layout = AS_FOUND,
) -> TableIn:
    """Read a file of visits: csv, xlsx, json or geojson.

    A row names an area, or a place: ``lon`` and ``lat``, or a ``geometry`` (points or lines, as
    well-known text or GeoJSON; a feature's own). Rows of one ``visit_id`` with a point each are one
    track, in the order of their times. Times without an offset are in `timezone`; visits of more
    than 366 days after `now`, which is aware, are rejected.

    Returns
    -------
    table_in
        Rows after ``FRAMES["visits"]``, one an id; `repeated` counts the rows that are further
        points of a track, or that a later row of the same id replaces.

    Raises
    ------
    BadInput
        If the file cannot be read, or has no column for the beginning or for the place.
    """
    raw = read_rows(path, known=_FIELDS, layout=layout, shapes="visit_id")
    have = by_plain_name(raw.cells.columns)
    told = ", ".join(raw.cells.columns)
    if "started_at" not in have:
        raise bad_file(path, "no_key_column", column="started_at", columns=told)
    if not {"area_id", "geometry", "lon"} & set(have):
        raise bad_file(path, "no_key_column", column="area_id", columns=told)
    n = len(raw.cells)
    nothing = pd.Series(np.nan, index=range(n), dtype="str")
    text = {name: strip(raw.cells[have[name]]) if name in have else nothing for name in _FIELDS}
    warnings = list(raw.warnings)
    refusals = Refusals.none(n)
    out = pd.DataFrame({name: clean(name, text[name], warnings) for name in _TEXTS})
    _times(out, text, timezone, now, refusals)
    out["quantity"], bad = numbers(text["quantity"])
    refusals.refuse(bad, "quantity", text["quantity"], "bad_number")
    out["area_id"] = clean("area_id", text["area_id"], warnings)
    lon, lat = _points(text, refusals)
    out["geometry"] = _shapes(text["geometry"], lon, lat, refusals)
    placed = out["geometry"].notna()
    unknown = out["area_id"].notna() & ~out["area_id"].isin(list(known_areas))
    refusals.refuse(unknown.to_numpy(), "area_id", text["area_id"], "unknown_area")
    nowhere = (out["area_id"].isna() & ~placed).to_numpy()
    refusals.refuse(nowhere, "area_id", None, "visit_nowhere")

    ids = clean_ids(text["visit_id"], warnings)
    rejects = refusals.table(path.name, raw, None)
    out["visit_id"] = name_rows(raw.cells, ids)
    good = out[~refusals.refused].reset_index(drop=True)
    rows = _joined(good)
    return TableIn(
        rows=FRAMES["visits"].conform(rows),
        rejects=rejects,
        read=raw.read,
        repeated=len(good) - len(rows),
        warnings=warnings,
    )


def _times(
    out: pd.DataFrame, text: dict[str, pd.Series], zone: str, now: datetime, refusals: Refusals
) -> None:
    rules = TimeRules(timezone=zone)
    order = decide_order([text["started_at"], text["ended_at"]])
    for name, closing in (("started_at", False), ("ended_at", True)):
        read = parse_times(text[name], rules, closing=closing, file_order=order)
        out[name] = read.utc.reset_index(drop=True)
        if not closing:
            refusals.refuse(text[name].isna().to_numpy(), name, None, "missing_start")
        refusals.refuse(read.bad, name, text[name], "bad_date")
    start = out["started_at"]
    late, early = (start > now + AHEAD).to_numpy(), (start < FIRST).to_numpy()
    refusals.refuse(late, "started_at", text["started_at"], "in_future")
    refusals.refuse(early, "started_at", text["started_at"], "date_out_of_range")

    minutes, bad = numbers(text["minutes"])
    refusals.refuse(bad, "minutes", text["minutes"], "bad_number")
    with np.errstate(invalid="ignore"):
        refusals.refuse(minutes < 0, "minutes", text["minutes"], "negative_number")
        refusals.refuse(minutes > MOST_HOURS * 60, "minutes", text["minutes"], "visit_too_long")
    usable = pd.Series(minutes).where(~refusals.refused)
    made = start + pd.to_timedelta(usable.fillna(0.0), unit="min").astype("timedelta64[us]")
    out["ended_at"] = out["ended_at"].fillna(made)
    lasted = (out["ended_at"] - start) / pd.Timedelta(minutes=1)
    refusals.refuse((lasted < 0).to_numpy(), "ended_at", text["ended_at"], "ends_before_start")
    too_long = (lasted > MOST_HOURS * 60).to_numpy()
    refusals.refuse(too_long, "ended_at", text["ended_at"], "visit_too_long")
    told = text["minutes"].notna() | text["ended_at"].notna()
    out["minutes"] = pd.Series(minutes).fillna(lasted).where(told)


def _points(
    text: dict[str, pd.Series], refusals: Refusals
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    both = []
    for name, most in (("lon", 180.0), ("lat", 90.0)):
        values, bad = numbers(text[name])
        refusals.refuse(bad, name, text[name], "bad_coordinate")
        with np.errstate(invalid="ignore"):
            refusals.refuse(np.abs(values) > most, name, text[name], "out_of_range")
        both.append(values)
    lon, lat = both
    for one, other, name, shown in ((lon, lat, "lon", "lat"), (lat, lon, "lat", "lon")):
        refusals.refuse(np.isnan(one) & np.isfinite(other), name, text[shown], "half_point")
    return lon, lat


def _shapes(
    text: pd.Series, lon: NDArray[np.float64], lat: NDArray[np.float64], refusals: Refusals
) -> pd.Series:
    shapes = np.full(len(text), None, dtype=object)
    point = np.isfinite(lon) & np.isfinite(lat)
    shapes[point] = shapely.points(lon[point], lat[point])
    told = text.notna().to_numpy()
    words = text.to_numpy(dtype=object)
    as_json = told & text.str.startswith("{").fillna(False).to_numpy(dtype=bool)
    for some, read in ((as_json, shapely.from_geojson), (told & ~as_json, shapely.from_wkt)):
        shapes[some] = read(words[some], on_invalid="ignore")
    walked = np.isin(shapely.get_type_id(shapes), _WALKED) & ~shapely.is_empty(shapes)
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        inside = (np.abs(bounds) <= [180, 90, 180, 90]).all(axis=1)
    refusals.refuse(told & ~walked, "geometry", text, "not_a_track")
    refusals.refuse(told & walked & ~inside, "geometry", text, "out_of_range")
    return pd.Series(shapely.force_2d(shapes), dtype=object)


def _joined(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row an id: points of one visit become its track, else the last row stands."""
    again = rows["visit_id"].duplicated(keep=False)
    point = pd.Series(shapely.get_type_id(rows["geometry"].to_numpy()) == 0)
    first = rows.groupby("visit_id", sort=False)
    parts = again & point.groupby(rows["visit_id"]).transform("all")
    parts &= rows["area_id"].isna().groupby(rows["visit_id"]).transform("all")
    last = rows[~rows["visit_id"].duplicated(keep="last")].set_index("visit_id")
    tracks = rows[parts].sort_values("started_at", kind="stable")
    if len(tracks):
        code, ids = pd.factorize(tracks["visit_id"])
        order = np.argsort(code, kind="stable")
        corner = shapely.get_coordinates(tracks["geometry"].to_numpy()[order])
        line = shapely.linestrings(corner, indices=code[order])
        start, end = first["started_at"].min()[ids], first["ended_at"].max()[ids]
        last.loc[ids, "geometry"] = line
        last.loc[ids, "started_at"], last.loc[ids, "ended_at"] = start, end
        last.loc[ids, "minutes"] = ((end - start) / pd.Timedelta(minutes=1)).to_numpy()
    return last.reset_index()
