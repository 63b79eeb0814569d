"""Which cases and words the one who asks may see: one filter from the person, for pages and files.

A crew leader sees the open cases that the own crew has, or had, on its list since yesterday: those
named there, those of areas that are there without a case, and what was dispatched to the crew.
Someone of a unit sees what was dispatched to it. What residents wrote is for those who work with
it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import g
from flask_login import current_user

from geo_service.store import GIVEN
from geo_service.store import Filter as Where
from geo_service.terms import OPEN
from geo_service.web.base import desk
from geo_service.web.base.permissions import may

RESIDENTS = ("description",)
"""Columns of reports that hold residents' words."""

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
    own = _own()
    return None if own is None else own[0]


def own_cases() -> tuple[str, ...]:
    """Return the cases that the person sees beside those of the own areas."""
    own = _own()
    return () if own is None else own[1]


def _own() -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    if sees_all() or own_unit() is not None:
        return None
    if "own" not in g:
        since = desk.today() - timedelta(days=1)
        keeper, crew_id = desk.store().assignments, current_user.crew_id or ""
        lately = keeper.of(crew_id=crew_id, since=since, states=GIVEN)
        # what is named and not done stays with the crew, however long ago
        left = keeper.of(crew_id=crew_id, states=("published", "accepted"))
        named = [*lately["case_ids"].dropna(), *left["case_ids"].dropna()]
        cases = {case for text in named for case in text.split(";")}
        given = Where(crews=(crew_id,), states=OPEN)
        cases |= set(desk.store().cases.read(given)["case_id"])
        areas = lately.loc[lately["case_ids"].isna(), "area_id"]
        g.own = tuple(sorted(areas.unique())), tuple(sorted(cases))
    found: tuple[tuple[str, ...], tuple[str, ...]] = g.own
    return found


def limited(where: Where) -> Where:
    """Return `where` for those cases alone that the person may see."""
    own, unit = _own(), own_unit()
    if unit is not None:
        return replace(where, sent_units=(unit,))
    if own is None:
        return where
    states = tuple(one for one in OPEN if not where.states or one in where.states)
    return replace(where, within=own if states else ((), ()), states=states)


def sees(case: Mapping[str, Any]) -> bool:
    """Tell whether the person may see a case of this `case_id`, `area_id`, `state` and so on."""
    own, unit = _own(), own_unit()
    if unit is not None:
        return bool(unit) and case["dispatched_unit_id"] == unit
    if own is None:
        return True
    return (case["area_id"] in own[0] or case["case_id"] in own[1]) and case["state"] in OPEN


def readable(columns: list[str]) -> list[str]:
    """Return those columns of reports that the person may read."""
    if may("read_words"):
        return columns
    return [name for name in columns if name not in RESIDENTS]
