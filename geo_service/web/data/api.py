"""The map's data: shapes once, weeks, one small array a week, the list of the worst."""

from collections.abc import Collection
from typing import Any

import numpy as np
from flask import Blueprint, Response, request
from numpy.typing import NDArray

from geo_service.measure import Floats
from geo_service.publish import CELL_DAYS, CELL_M, Filter, layer_values, squares_in_degrees
from geo_service.publish.heat import Frame, frames_of, heat_squares, hottest, pictures
from geo_service.terms import ALL_CATEGORIES, HEAT_TIMES, HEAT_WEEKS, HORIZON_LAYERS, LAYERS, BadUse
from geo_service.web.base import desk, question
from geo_service.web.base.answers import Body, as_json, body_answer, json_answer
from geo_service.web.base.keep import Kept
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data import week_rows as figures
from geo_service.web.data.curves import curve, horizons
from geo_service.web.data.shapes import (
    absent,
    in_order,
    run_order,
    screen_areas,
    screen_ground,
    zone,
)
from geo_service.web.data.zones import zones_body

blueprint = Blueprint("api", __name__, url_prefix="/api")

_GEOJSON = "application/geo+json"
_LIMIT, _MOST, _NAMED = 20, 500, 10
_DAYS = next(iter(HORIZON_LAYERS))
_LAYERS = Kept[Collection[str]]("layers")
_VALUES = Kept[Body]("values", room=2048)
_HEAT = Kept[Body]("heat", room=256)
_FRAMES = Kept[list[Frame]]("heat frames")
_LOOKED = Kept[NDArray[Any] | None]("looked")
_WORST = Kept[Body]("worst", room=512)


@blueprint.get("/areas.geojson")
@permission("view_map")
def areas() -> Response:
    """All areas, simplified for the screen; ``detail=full`` gives them as they are."""
    return body_answer(screen_areas(full=question.full()), _GEOJSON)


@blueprint.get("/ground.geojson")
@permission("view_map")
def ground() -> Response:
    """Subdistricts, river and the like."""
    return body_answer(screen_ground(), _GEOJSON)


@blueprint.get("/periods")
@permission("view_map")
def periods() -> Response:
    """Weeks, layers, categories and kinds; weeks empty before the first run."""
    run = desk.run_or_none()
    categories, kinds = desk.categories(), desk.kinds()
    return json_answer(
        {
            "weeks": run.weeks if run else [],
            "layers": layers(),
            "categories": records(categories, ["code", "name_zh", "name_en", "group"]),
            "kinds": records(kinds[kinds["locates"]], ["kind", "name_zh", "name_en"]),
            "as_of": run.as_of.isoformat().replace("+00:00", "Z") if run else None,
            "run_id": str(run.run_id) if run else None,
        }
    )


def layers() -> list[str]:
    """Return the layers that the last run has, all before the first."""
    run = desk.run_or_none()
    if run is None:
        return list(LAYERS)
    kept = _LAYERS.of((run.run_id,), lambda: desk.store().runs.layers(run.run_id))
    return [layer for layer in LAYERS if layer in kept]


@blueprint.get("/values/<layer>/<week>")
@permission("view_map")
def values(layer: str, week: str) -> Response:
    """One week of a layer, a number an area in the order of ``/api/areas.geojson``.

    ``days`` says within how many days the layer ``rebound`` looks.
    """
    question.known_layer(layer)
    question.known_week(week)
    days = asked_days() if layer == "rebound" else _DAYS
    category = question.one_category()
    if layer == "density" and ("what" in request.args or "weeks" in request.args):
        return body_answer(_heat_body(week, category, *asked_heat()), "application/json")
    return body_answer(_values_body(layer, week, category, days), "application/json")


def asked_days() -> int:
    """Return within how many days the map says that problems came back.

    Raises
    ------
    BadUse
        If no figures of so many days are kept.
    """
    days = question.number("days", _DAYS, max(HORIZON_LAYERS))
    if days not in HORIZON_LAYERS:
        known = ", ".join(map(str, sorted(HORIZON_LAYERS)))
        raise BadUse("problems.no_such_horizon", days=days, known=known)
    return days


def asked_heat() -> tuple[str, int]:
    """Return what the heat map shows, and of how many weeks.

    Raises
    ------
    BadUse
        If there is no such heat map.
    """
    what = request.args.get("what") or next(iter(HEAT_TIMES))
    if what not in HEAT_TIMES:
        raise BadUse("problems.no_such_heat", what=what, known=", ".join(HEAT_TIMES))
    return what, question.number("weeks", HEAT_WEEKS[0], HEAT_WEEKS[-1])


def heat_of(week: str, category: str, what: str, weeks: int) -> Floats:
    """Return the squares of the heat map of the `weeks` up to `week`."""
    run = desk.run()
    end = run.weeks.index(week) + 1
    read = desk.store().runs.values
    return heat_squares(
        lambda layer, one: read(layer, category, one, run.run_id),
        *(what, run.weeks[max(0, end - weeks) : end], zone()),
    )


def _heat_body(week: str, category: str, what: str, weeks: int) -> Body:
    key = (desk.run().run_id, desk.areas_version(), zone(), week, category, what, weeks)

    def make() -> Body:
        squares, frames = heat_of(week, category, what, weeks), heat_frames()
        answer = {
            "layer": "density",
            "week": week,
            "category": category,
            "values": [],
            "what": what,
            "weeks": weeks,
            "unit": LAYERS["density"].unit,
            "heat": pictures(squares, frames, what),
            "named": _named(squares, frames),
        }
        if (looked := days_looked(week, category)) is not None:
            answer["unseen"] = np.flatnonzero(looked == 0).tolist()
        return Body.of(as_json(answer | {"absent": absent(week)}))

    return _HEAT.of(key, make)


def _named(squares: Floats, frames: list[Frame]) -> list[dict[str, object]]:
    """Return the named areas in whose middle it is hottest."""
    table = in_order()
    # a square's name tells nobody where it is
    table = table[table["name"].notna() & (table["kind"] != "grid")].drop_duplicates("name")
    if not frames or table.empty:
        return []
    lon, lat = table["inner_lon"].to_numpy(), table["inner_lat"].to_numpy()
    rows = table.iloc[hottest(squares, frames[1], lon, lat, _NAMED)]
    return records(rows, ["area_id", "name", "inner_lon", "inner_lat"])


def warm() -> None:
    """Make the last week's layers and rows, of all categories together and of each."""
    run = desk.run_or_none()
    if run is None or not run.weeks:
        return
    for category in (ALL_CATEGORIES, *desk.categories()["code"]):
        for layer in layers():
            _values_body(layer, run.last_week, category)
        figures.week_rows(run.last_week, category)


def _values_body(layer: str, week: str, category: str, days: int = _DAYS) -> Body:
    key = (desk.run().run_id, zone(), layer, week, category, days)
    return _VALUES.of(key, lambda: Body.of(as_json(_values(layer, week, category, days))))


def _values(layer: str, week: str, category: str, days: int) -> dict[str, object]:
    looked = days_looked(week, category)
    stored = HORIZON_LAYERS[days] if layer == "rebound" else layer
    found = looked
    if layer != "coverage":
        found = desk.store().runs.values(stored, category, week, desk.run().run_id)
    answer: dict[str, object] = {
        "layer": layer,
        "week": week,
        "category": category,
        "unit": LAYERS[layer].unit,
    }
    if layer == "density":
        cells = squares_in_degrees(found, zone())
        answer |= {
            "cell_m": CELL_M,
            "per_days": CELL_DAYS,
            "cells": [[lon, lat, int(count)] for lon, lat, count in cells.tolist()],
            "heat": pictures(cells, heat_frames()),
            "values": [],
        }
    else:
        answer["values"] = layer_values(layer, found, looked, len(run_order().row))
    if layer == "rebound":
        answer |= {"days": days, "usual": figures.usual_per_mille(category, days)}
        classes = f"{stored}_class"
        found = desk.store().runs.values(classes, category, week, desk.run().run_id)
        answer["classes"] = layer_values(classes, found, looked, len(run_order().row))
    if looked is not None:
        answer["unseen"] = np.flatnonzero(looked == 0).tolist()
    if gone := absent(week):
        answer["absent"] = gone
    return answer


def heat_frames() -> list[Frame]:
    """Return the grids of the heat map, one a zoom step."""
    return _FRAMES.of((desk.areas_version(),), lambda: frames_of(desk.store().areas.read()))


def days_looked(week: str, category: str) -> NDArray[Any] | None:
    """Return on how many days somebody looked, by area; None where there is no log."""
    run_id = desk.run().run_id

    def read() -> NDArray[Any] | None:
        # Only what public channels observe has days of its own.
        own = desk.store().runs.values("coverage", category, week, run_id)
        if own is not None or category == ALL_CATEGORIES:
            return own
        return desk.store().runs.values("coverage", ALL_CATEGORIES, week, run_id)

    return _LOOKED.of((run_id, week, category), read)


@blueprint.get("/worst/<week>")
@permission("view_map")
def worst(week: str) -> Response:
    """List the areas of a week, worst first, with a crew proposed for each."""
    question.known_week(week)
    asked = question.asked()
    category = question.one_category() if len(asked.category) <= 1 else ALL_CATEGORIES
    limit = question.number("limit", _LIMIT, _MOST)
    day = question.day()
    # Week and category are said; what is left to ask about are the places.
    where = Filter(kind=asked.kind, subdistrict=asked.subdistrict, bbox=asked.bbox)
    key = (figures.state(day), week, category, where, limit, day)

    def make() -> Body:
        rows = figures.worst(week, category, where, limit, day)
        return Body.of(as_json({"week": week, "category": category, "rows": rows}))

    return body_answer(_WORST.of(key, make), "application/json")


@blueprint.get("/zones")
@permission("view_map")
def zones() -> Response:
    """Hot areas of a week that touch, as GeoJSON."""
    category, week = question.one_category(), question.last_week()
    return body_answer(zones_body(week, category), _GEOJSON)


@blueprint.get("/areas/<path:area_id>/summary")
@permission("view_map")
def summary(area_id: str) -> Response:
    """Everything the drawer of one area says."""
    category, week = question.one_category(), question.last_week()
    facts = figures.summary(area_id, category, week, question.day())
    return json_answer(
        facts | {"curve": curve(area_id, category), "horizons": horizons(area_id, category)}
    )
