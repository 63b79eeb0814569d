"""The map as one file: which areas, weeks and figures it shows."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service.flow.locating import epsg_of
from geo_service.measure import Floats, Validity, simplified
from geo_service.publish import SUBDISTRICT, Filter, layer_values
from geo_service.publish.heat import frames_of, heat_squares, pictures
from geo_service.publish.page_map import SHOWN_LAYERS, MapFacts, page_map
from geo_service.store import Run, Store
from geo_service.terms import ALL_CATEGORIES, HEAT_WEEKS, LANGUAGES, BadUse, NotFound, NotReady, say

WEEKS = 26
"""Weeks on the slider where nobody says how many."""

MOST_AREAS = 20_000
"""A file of more would open too slowly: who asks is told to choose."""

MOST_ROWS = 250_000
"""Areas times weeks; with more areas there are fewer weeks, the last ones."""

_TOLERANCE_M = ((2_000, 0.5), (MOST_AREAS, 2.0))
_LABELS = ("as_of", "layer", "legend", "pull_list", "schematic", "week", "worst_title")
_COUNTS = ("cases", "rebounds", "closures")


def map_file(
    store: Store,
    asked: Filter,
    language: str,
    *,
    weeks: int | None = None,
    layer: str | None = None,
    areas: gpd.GeoDataFrame | None = None,
) -> tuple[str, list[str]]:
    """Return the page that shows what is asked for, of the last run, and the weeks on its slider.

    Parameters
    ----------
    asked
        One category at most; days or weeks say where the slider begins and ends.
    weeks
        The last so many of them; `WEEKS`, where `asked` does not say where to begin.
    areas
        All areas, where the caller has them at hand.

    Raises
    ------
    BadUse
        If there are several categories, no such layer, or too many areas for one file.
    NotFound
        If no area or week is left.
    NotReady
        Before the first run.
    """
    run = store.runs.latest()
    if run is None or not run.weeks:
        raise NotReady("errors.no_run")
    if len(asked.category) > 1:
        raise BadUse("publish.map_one_category")
    category = asked.category[0] if asked.category else ALL_CATEGORIES
    known = [one for one in SHOWN_LAYERS if one in store.runs.layers(run.run_id)]
    if layer is not None and layer not in known:
        raise BadUse("problems.no_such_layer", layer=layer, known=", ".join(known))
    table = store.areas.read() if areas is None else areas
    epsg = epsg_of(store)
    shown, place = _areas(store, run, asked, table)
    chosen = _weeks(asked, run, weeks, len(shown))
    values, unseen = _layers(store, run, category, chosen, known, place)
    inside, frames = _inside(asked, table), frames_of(table)

    def heat(week: str) -> Floats:
        end = run.weeks.index(week) + 1
        window = run.weeks[max(0, end - HEAT_WEEKS[0]) : end]
        return heat_squares(
            lambda layer, one: store.runs.values(layer, category, one, run.run_id),
            *("cases", window, epsg),
        )

    validity, timezone = Validity.of(shown), store.district.get().timezone
    page = page_map(
        MapFacts(
            words=_words(store, run, asked, table, category),
            areas=shown.set_geometry(simplified(shown.geometry, _tolerance(len(shown)), epsg)),
            ground=_ground(store, table, epsg),
            weeks=chosen,
            layers=known,
            layer=layer or known[0],
            by_layer=values,
            unseen=unseen,
            absent=[np.flatnonzero(~validity.in_week(week, timezone)).tolist() for week in chosen],
            heat=[pictures(inside(heat(week)), frames) for week in chosen],
            rows=[_rows(store, run, week, category, shown) for week in chosen],
            weekly=_weekly(store, run, category, chosen, place),
        ),
        language,
    )
    return page, chosen


def _areas(
    store: Store, run: Run, asked: Filter, table: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, NDArray[np.intp]]:
    """Return the areas shown, the finest last, and their places in the run's arrays."""
    kinds = store.words.kinds()
    fineness = dict(zip(kinds["kind"], kinds["fineness"], strict=True))
    order = pd.Index(store.runs.area_ids(run.run_id))
    place = order.get_indexer(pd.Index(table["area_id"]))
    # what is younger than the run has no figures
    shown = table.assign(place=place)[asked.areas(table) & (place >= 0)]
    if len(shown) > MOST_AREAS:
        raise BadUse("publish.map_too_many_areas", count=len(shown), most=MOST_AREAS)
    if shown.empty:
        raise NotFound("publish.map_no_areas")
    coarse = -shown["kind"].map(fineness).fillna(0)
    shown = shown.assign(coarse=coarse).sort_values(["coarse", "area_id"], ignore_index=True)
    shown["subdistrict_name"] = shown["subdistrict_id"].map(_subdistricts(table)).astype("str")
    return shown, shown["place"].to_numpy()


def _subdistricts(table: gpd.GeoDataFrame) -> pd.Series:
    """Return names of subdistricts by their ids."""
    return table[table["kind"] == SUBDISTRICT].set_index("area_id")["name"]


def _weeks(asked: Filter, run: Run, weeks: int | None, areas: int) -> list[str]:
    chosen = asked.weeks(run.weeks) if asked.asks_weeks() else run.weeks
    if not chosen:
        raise NotFound("publish.map_no_weeks", first=run.first_week, last=run.last_week)
    begins = asked.date_from or asked.week
    most = weeks or (len(chosen) if begins else WEEKS)
    return chosen[-min(most, max(1, MOST_ROWS // areas)) :]


def _layers(
    store: Store, run: Run, category: str, weeks: list[str], known: list[str], place: NDArray[Any]
) -> tuple[dict[str, list[list[int | None]]], list[list[int]]]:
    """Return values by layer and week, and who was not looked at."""

    def read(layer: str, week: str, of: str = category) -> NDArray[Any] | None:
        return store.runs.values(layer, of, week, run.run_id)

    areal = [one for one in known if one != "density"]
    values: dict[str, list[list[int | None]]] = {one: [] for one in [*areal, "rebound_class"]}
    unseen = []
    for week in weeks:
        looked = read("coverage", week)
        if looked is None and category != ALL_CATEGORIES:
            looked = read("coverage", week, ALL_CATEGORIES)
        looked = None if looked is None else looked[place]
        unseen.append([] if looked is None else np.flatnonzero(looked == 0).tolist())
        for layer, told in values.items():
            found = looked if layer == "coverage" else read(layer, week)
            if found is not None and layer != "coverage":
                found = found[place]
            told.append(layer_values(layer, found, looked, len(place)))
    return values, unseen


def _rows(
    store: Store, run: Run, week: str, category: str, shown: gpd.GeoDataFrame
) -> pd.DataFrame:
    rows = store.runs.week_rows(week, run.run_id, category)
    rows = rows.assign(area=pd.Index(shown["area_id"]).get_indexer(pd.Index(rows["area_id"])))
    return rows[rows["area"] >= 0].sort_values("area")


def _weekly(
    store: Store, run: Run, category: str, weeks: list[str], place: NDArray[Any]
) -> dict[str, list[list[int]]]:
    columns = np.array([run.weeks.index(week) for week in weeks])
    out = {}
    for name in _COUNTS:
        counts = store.runs.series(name, category, run.run_id)
        if counts is None:
            counts = np.zeros((place.max() + 1, len(run.weeks)), dtype=np.int64)
        out[name] = counts[np.ix_(place, columns)].tolist()
    return out


def _ground(store: Store, table: gpd.GeoDataFrame, epsg: int) -> gpd.GeoDataFrame:
    """Return subdistricts, river and whatever else the store keeps to lie beneath."""
    parts = [table[table["kind"] == SUBDISTRICT], store.ground.read()]
    shapes = np.concatenate([np.asarray(part.geometry, dtype=object) for part in parts])
    named = pd.concat([part[["name", "kind"]] for part in parts], ignore_index=True).astype("str")
    flat = simplified(shapes, _TOLERANCE_M[0][1], epsg) if len(shapes) else shapes
    return gpd.GeoDataFrame(pd.DataFrame(named), geometry=flat, crs="EPSG:4326")


def _inside(asked: Filter, table: gpd.GeoDataFrame) -> Any:  # noqa: ANN401 (a function)
    """Return what leaves only the squares whose middle lies where areas are asked for."""
    wanted = table[table["kind"] == SUBDISTRICT]
    named = wanted["area_id"].isin(asked.subdistrict) | wanted["name"].isin(asked.subdistrict)
    whole = shapely.union_all(wanted.geometry[named].to_numpy()) if asked.subdistrict else None
    if asked.bbox is not None:
        box = shapely.box(*asked.bbox)
        whole = box if whole is None else shapely.intersection(whole, box)

    def keep(cells: Floats) -> Floats:
        if whole is None:
            return cells
        return cells[shapely.intersects_xy(whole, cells[:, 0], cells[:, 1])]

    return keep


def _words(
    store: Store, run: Run, asked: Filter, table: gpd.GeoDataFrame, category: str
) -> dict[str, Any]:
    """Return what the head of the page says, and what its scripts know of the district."""
    district = store.district.get()
    day = (run.as_of - timedelta(microseconds=1)).astimezone(ZoneInfo(district.timezone)).date()
    kinds, categories = store.words.kinds(), store.words.categories()
    names = {"zh": district.name_zh or "geo_service", "en": district.name_en or "geo_service"}
    called = _subdistricts(table)
    rates = store.runs.rates(
        "district" if category == ALL_CATEGORIES else "category",
        None if category == ALL_CATEGORIES else category,
        run.run_id,
    )
    usual = rates["p_rebound_30"].head(1).dropna()
    chosen: dict[str, list[str]] = {}
    for one in LANGUAGES:
        what = categories.loc[categories["code"] == category, f"name_{one}"].tolist()
        where = kinds.loc[kinds["kind"].isin(asked.kind), f"name_{one}"].tolist()
        parts = [str(called.get(part, part)) for part in asked.subdistrict]
        every = [say("web.all_categories", one)]
        chosen[one] = [*(what or every), *where, *parts]
    shown = kinds[["kind", "name_zh", "name_en"]]
    return {
        "title": {
            one: " · ".join([names[one] or "geo_service", *chosen[one]]) for one in LANGUAGES
        },
        "district": {one: names[one] or "geo_service" for one in LANGUAGES},
        "schematic": district.demo,
        "labels": {one: {key: say(f"web.{key}", one) for key in _LABELS} for one in LANGUAGES},
        "chosen": chosen,
        "kinds": shown.where(shown.notna(), None).to_dict("records"),
        "as_of": day.isoformat(),
        "timezone": district.timezone,
        "usual": round(float(usual.iloc[0]) * 1000, 1) if len(usual) else None,
    }


def _tolerance(areas: int) -> float:
    return next(metres for most, metres in _TOLERANCE_M if areas <= most)
