"""Who answers for a case, who has it in hand, and whether nobody wants it.

Who answers is said three times, each more exactly than the one before: by the area, by the
category, and by what an office decided of that category in that area.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

PASSES = ("dispatched", "returned", "fixed", "cancelled")
"""Kinds of events that put a case into other hands, or end whose it is."""

DISPUTED_AFTER = 2
"""So often a case was given back as not theirs before an office decides whose it is."""

_NOT_OURS = "not_ours"
_HOLDERS = ("subdistrict", "community", "unit", "property", "frontage", None)
"""Kinds of units that answer for the areas they hold; a leader or group only looks after them."""


class Answer(NamedTuple):
    """Who answers: a unit's id, and by what: ``exception``, ``category`` or ``area``; or None."""

    unit_id: str | None
    by: str | None


NOBODY = Answer(None, None)


@dataclass(frozen=True)
class Duties:
    """Who answers for areas, for categories, and for a category in an area; ids of units."""

    of_area: Mapping[str, str]
    of_category: Mapping[str, str]
    exceptions: Mapping[tuple[str, str], str]

    @classmethod
    def of(
        cls,
        areas: Iterable[tuple[str, str | None]],
        categories: Iterable[tuple[str, str | None]],
        units: Iterable[Mapping[str, Any]],
        exceptions: Mapping[tuple[str, str], str],
    ) -> Self:
        """Read what the tables say.

        Parameters
        ----------
        areas
            Id and the word for who answers: a unit's id or name. Any other word stands for itself.
        categories
            Code and `unit`: a unit's id or name. Any other word is what is counted.
        units
            Of UNITS; for an area without a word answers the one unit that holds it.
        """
        units = list(units)
        ids = {str(one["name"]): str(one["unit_id"]) for one in units}
        ids |= {str(one["unit_id"]): str(one["unit_id"]) for one in units}
        holders: dict[str, set[str]] = {}
        for one in units:
            listed = (one["area_ids"] or "").split(";") if one["kind"] in _HOLDERS else ()
            for area_id in filter(None, listed):
                holders.setdefault(area_id, set()).add(str(one["unit_id"]))
        of_area = {area_id: ids.get(word, word) for area_id, word in areas if word}
        alone = {area_id: min(held) for area_id, held in holders.items() if len(held) == 1}
        of_category = {code: ids[word] for code, word in categories if word in ids}
        return cls(alone | of_area, of_category, exceptions)

    def answer(self, category: str, area_id: str | None) -> Answer:
        """Return who answers for a category in an area, None where it lies in none."""
        at = area_id or ""
        if (category, at) in self.exceptions:
            return Answer(self.exceptions[category, at], "exception")
        if category in self.of_category:
            return Answer(self.of_category[category], "category")
        return Answer(self.of_area[at], "area") if at in self.of_area else NOBODY


class Hands(NamedTuple):
    """To whom a case was dispatched last, and whether it is given back and nobody wants it."""

    dispatched_unit_id: str | None = None
    dispatched_crew_id: str | None = None
    dispatched_person: str | None = None
    disputed: bool = False


def hands(events: Iterable[Mapping[str, Any]]) -> Hands:
    """Return in whose hands a case is.

    Parameters
    ----------
    events
        Those of the case that stand, fields of EVENTS, in the order in which they came.
    """
    passed = [one for one in events if one["kind"] in PASSES]
    sent = [one for one in passed if one["kind"] == "dispatched"]
    refused = sum(one["kind"] == "returned" and one.get("reason") == _NOT_OURS for one in passed)
    back = bool(passed) and passed[-1]["kind"] == "returned"
    last = sent[-1] if sent else {}
    unit_id, crew_id, person = (last.get(name) for name in ("unit_id", "crew_id", "person"))
    return Hands(unit_id, crew_id, person, back and refused >= DISPUTED_AFTER)
