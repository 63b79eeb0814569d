"""Which cases and words the one who asks may see: one filter from the person, for pages and files.

A crew leader sees the open cases of the areas that the own crew has or had since yesterday, someone
of a unit what was dispatched to it; what residents wrote is for those who work with it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import g
from flask_login import current_user

from geo_service.store import Filter as Where
from geo_service.terms import STATES
from geo_service.web.base import desk
from geo_service.web.base.permissions import may

OPEN = STATES[: STATES.index("fixed") + 1]
"""States of cases that somebody has to do something about."""

RESIDENTS = ("description",)
"""Columns of reports that hold residents' words."""

_NOWHERE = ("",)
_UNIT = "unit"
_LIMITED = ("crew-leader", _UNIT)


def sees_all() -> bool:
    """Tell whether the person sees the cases of all areas, in any state."""
    return getattr(current_user, "role", None) not in _LIMITED


def own_unit() -> str | None:
    """Return the unit to which what the person sees was dispatched; None: it is not by unit.

    An empty one is nobody's.
    """
    role = getattr(current_user, "role", None)
    return (current_user.unit_id or "") if role == _UNIT else None


def own_areas() -> tuple[str, ...] | None:
    """Return the areas whose cases the person sees; None: all areas, and cases of any state."""
    if sees_all() or own_unit() is not None:
        return None
    if "own_areas" not in g:
        since = desk.today() - timedelta(days=1)
        assigned = desk.store().assignments.of(crew_id=current_user.crew_id or "", since=since)
        g.own_areas = tuple(sorted(assigned["area_id"].unique()))
    found: tuple[str, ...] = g.own_areas
    return found


def limited(where: Where) -> Where:
    """Return `where` for those cases alone that the person may see."""
    own, unit = own_areas(), own_unit()
    if unit is not None:
        return replace(where, sent_units=(unit,))
    if own is None:
        return where
    areas = tuple(one for one in own if not where.area_ids or one in where.area_ids)
    states = tuple(one for one in OPEN if not where.states or one in where.states)
    if not areas or not states:
        return replace(where, area_ids=_NOWHERE)
    return replace(where, area_ids=areas, states=states)


def sees(case: Mapping[str, Any]) -> bool:
    """Tell whether the person may see a case of this `area_id`, `state` and so on."""
    own, unit = own_areas(), own_unit()
    if unit is not None:
        return bool(unit) and case["dispatched_unit_id"] == unit
    return own is None or (case["area_id"] in own and case["state"] in OPEN)


def readable(columns: list[str]) -> list[str]:
    """Return those columns of reports that the person may read."""
    if may("read_words"):
        return columns
    return [name for name in columns if name not in RESIDENTS]
