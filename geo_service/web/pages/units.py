"""Units: who answers for areas and problems, who leads them, who is above them."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from geo_service import flow
from geo_service.terms import UNIT_KINDS
from geo_service.web.base import audited, desk
from geo_service.web.base.keep import Kept
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places

blueprint = Blueprint("units", __name__)

_SEARCHED = ("unit_id", "name", "name_en", "leader")
_TOLD = 5
_NAMES = Kept[dict[str, str]]("unit names", room=4)
_OTHERS = Kept[list[str]]("units that areas name")


@blueprint.get("/admin/units")
@permission("manage_words")
def index() -> str:
    """Show the units, or those whose id, name or leader holds what is looked for."""
    asked = request.args.get("q", "").strip().casefold()
    every = records(desk.units())
    names = unit_names()
    found = [
        unit
        for unit in every
        if any(asked in (unit[name] or "").casefold() for name in _SEARCHED) or not asked
    ]
    return render_template(
        "admin/units.html",
        page="admin",
        units=[_shown(unit, names) for unit in found],
        kinds=UNIT_KINDS,
        asked=request.args.get("q", ""),
        exceptions=_exceptions(names),
    )


@blueprint.post("/admin/units/exceptions/<event_id>/forget")
@permission("manage_words")
def forget(event_id: str) -> Response:
    """Let what an office decided no longer hold."""
    with desk.store().transaction():
        gone = flow.forget_exception(desk.store(), event_id)
        audited.note("changed_area", gone["area_id"], before=gone)
    return redirect("/admin/units", code=303)


def _exceptions(names: dict[str, str]) -> list[dict[str, Any]]:
    """Return the exceptions in words."""
    words, known, zone = desk.categories(), places(), ZoneInfo(desk.district().timezone)
    category = dict(zip(words["code"], words[f"name_{language()}"], strict=True))
    return [
        {
            **one,
            "category": category.get(one["category"], one["category"]),
            "area": known.one(one["area_id"])["name"] if one["area_id"] in known.row else None,
            "called": names.get(one["unit_id"], one["unit_id"]),
            "day": one["decided_at"].astimezone(zone).date(),
        }
        for one in desk.store().units.exceptions()
    ]


def called(unit: dict[str, Any]) -> str:
    """Return a unit's name in the reader's language, as far as there is one."""
    return (unit["name_en"] if language() == "en" else None) or unit["name"]


def unit_names() -> dict[str, str]:
    """Return the names of all units in the reader's language, by id."""

    def read() -> dict[str, str]:
        return {unit["unit_id"]: called(unit) for unit in records(desk.units())}

    return _NAMES.of((desk.digest("units"), language()), read)


def answering() -> list[tuple[str, str]]:
    """Return all who may answer for a case, ids and names: units, and whom areas name else."""

    def read() -> list[str]:
        return sorted({word for _, word in desk.store().units.said()[0] if word})

    units = desk.units()
    known = {*units["unit_id"], *units["name"]}
    others = _OTHERS.of((desk.areas_version(),), read)
    return [*unit_names().items(), *((word, word) for word in others if word not in known)]


def _shown(unit: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    held = [one for one in (unit["area_ids"] or "").split(";") if one]
    known = places()
    told = [str(known.one(one)["name"]) if one in known.row else one for one in held[:_TOLD]]
    more = ["…"] if len(held) > _TOLD else []
    above = names.get(unit["parent_id"] or "", unit["parent_id"])
    return {**unit, "called": called(unit), "above": above, "areas": "、".join(told + more)}
