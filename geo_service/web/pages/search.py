"""The box on every page: an area by its name, a case by its id."""

from typing import Any
from urllib.parse import quote

import numpy as np
from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from geo_service.publish import SUBDISTRICT
from geo_service.web.base import desk
from geo_service.web.base.keep import Kept
from geo_service.web.base.permissions import may, permission
from geo_service.web.base.scope import sees
from geo_service.web.data.shapes import places
from geo_service.web.pages.board import kind_names

blueprint = Blueprint("search", __name__)

_SHOWN = 50
_LONGEST = 100
_CALLED = ("name", "name_en", "aliases", "area_id")
_NAMES = Kept[list[str]]("names of areas")


@blueprint.get("/search")
@permission("view_map")
def index() -> ResponseReturnValue:
    """Lead to the one area or case that is meant, else list what may be."""
    asked = request.args.get("q", "").strip()[:_LONGEST]
    areas, total = _areas(asked) if asked else ([], 0)
    cases = _cases(asked) if asked else []
    found = [*areas, *cases]
    if total + len(cases) > 1:
        found = [one for one in found if one["id"] == asked]
    if len(found) == 1:
        return redirect(found[0]["href"], code=303)
    return render_template(
        "search/index.html",
        page="search",
        asked=asked,
        areas=areas,
        more=total - len(areas),
        cases=cases,
        kind_names=kind_names(),
    )


def _areas(asked: str) -> tuple[list[dict[str, Any]], int]:
    """Return areas that are called so, those whose name begins so first, and how many there are."""
    wanted, names = asked.casefold(), _names()
    found = [row for row, called in enumerate(names) if wanted in called]
    found.sort(key=lambda row: (f"\n{wanted}" not in names[row], len(names[row])))
    shown = places().shown.records(np.array(found[:_SHOWN], dtype=np.intp))
    for one in shown:
        one["id"] = one["area_id"]
        is_part = one["kind"] == SUBDISTRICT
        one["href"] = ("/?subdistrict=" if is_part else "/areas/") + quote(one["id"], safe="")
    return shown, len(found)


def _names() -> list[str]:
    """Return what each area is called, a line a name; read once for each version of the areas."""

    def read() -> list[str]:
        table = places().table
        columns = [table[name].fillna("").astype("str") for name in _CALLED if name in table]
        return ["\n" + "\n".join(row).casefold() for row in zip(*columns, strict=True)]

    return _NAMES.of((desk.areas_version(),), read)


def _cases(asked: str) -> list[dict[str, Any]]:
    """Return those cases whose id begins so that the person may see."""
    if not may("view_case"):
        return []
    found = [one for one in desk.store().cases.like(asked, _SHOWN) if sees(one)]
    for one in found:
        one["id"], one["href"] = one["case_id"], f"/casework/{quote(one['case_id'], safe='')}"
    return found
