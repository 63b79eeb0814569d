"""Units: who answers for areas and problems, who leads them, who is above them."""

from typing import Any

from flask import Blueprint, render_template, request

from geo_service.terms import UNIT_KINDS
from geo_service.web.base import desk
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places

blueprint = Blueprint("units", __name__)

_SEARCHED = ("unit_id", "name", "name_en", "leader")
_TOLD = 5


@blueprint.get("/admin/units")
@permission("manage_words")
def index() -> str:
    """Show the units, or those whose id, name or leader holds what is looked for."""
    asked = request.args.get("q", "").strip().casefold()
    every = records(desk.units())
    names = {unit["unit_id"]: called(unit) for unit in every}
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
    )


def called(unit: dict[str, Any]) -> str:
    """Return a unit's name in the reader's language, as far as there is one."""
    return (unit["name_en"] if language() == "en" else None) or unit["name"]


def choices() -> list[tuple[str, str]]:
    """Return what a select of units offers: ids and names."""
    return [(unit["unit_id"], called(unit)) for unit in records(desk.units())]


def _shown(unit: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    held = [one for one in (unit["area_ids"] or "").split(";") if one]
    known = places()
    told = [str(known.one(one)["name"]) if one in known.row else one for one in held[:_TOLD]]
    more = ["…"] if len(held) > _TOLD else []
    above = names.get(unit["parent_id"] or "", unit["parent_id"])
    return {**unit, "called": called(unit), "above": above, "areas": "、".join(told + more)}
