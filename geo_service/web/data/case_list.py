"""Which cases an address asks for: the list, its file and every count that leads to it agree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request

from geo_service.flow import marks, within_shift
from geo_service.flow.exports import rows_where, span_of
from geo_service.measure import local_midnight
from geo_service.publish import Filter
from geo_service.store import Day
from geo_service.store import Filter as Where
from geo_service.terms import ALL_CATEGORIES, OPEN, STATES, BadUse
from geo_service.web.base import desk, question
from geo_service.web.base.keep import Kept
from geo_service.web.base.permissions import may
from geo_service.web.base.scope import limited, sees_all
from geo_service.web.data.shapes import places

UNSOLVED, STANDING = "unsolved", "standing"
"""Words for several states: what somebody has to act on, and all but cancelled."""

PAGE = 100
"""So many cases are listed at once."""

NO_AREA = "-"
"""What stands for the area of what lies in none."""

SHOWN_DAYS = 30
"""Within how many days a return counts in the figures of lists and drawers."""

WINDOW = timedelta(weeks=52)
"""How long before a week's end fixes count for its rate of rebounds."""

FILTERS = (
    *("state", "category", "kind", "subdistrict", "area", "from", "to", "week", "bbox"),
    *("overdue", "rebound", "open_at", "closed", "unverified", "fixes", "back"),
    *("episode", "done", "missed", "cannot", "term"),
    *("unit", "crew", "person", "community", "disputed"),
)
"""What cases can be asked by."""

OUTCOMES = ("done", "missed", "cannot")
"""What became on a day of the cases that were given out for it."""

TERMS = ("shift", "date")
"""What is to be solved within the shift (立行立改), and what by a date (限期整改)."""

SORTS = ("", "due", "episode")
"""What a list can be ordered by, the oldest first where nothing is said."""

_STANDING = tuple(state for state in STATES if state != "cancelled")
# nobody wrote down since when a case has lapsed
_KNOWN_SINCE = tuple(state for state in _STANDING if state != "lapsed")
_GROUPS = {UNSOLVED: OPEN, STANDING: _STANDING}
_LONGEST = 366
_COUNT = Kept[int]("count of cases", room=64)
_SHIFT = Kept[tuple[str, ...]]("within the shift")
_ESCALATIONS = Kept[dict[str, str]]("whom to tell")


@dataclass(frozen=True)
class Count:
    """How many cases something asks for, and the address that lists them; None for who may not."""

    value: int
    href: str | None


def count(**asked: str) -> Count:
    """Return how many cases are asked for in the whole district, with the address of the list."""

    def find() -> int:
        where = _where(asked)
        return 0 if where is None else desk.store().cases.count(where)

    # what is overdue changes by itself
    until = desk.present() if "overdue" in asked else None
    return Count(_COUNT.lately((until, *asked.items()), find), address(**asked))


def count_of(asked: Mapping[str, str]) -> Count:
    """Return how many of the cases that an address asks for the person may see."""
    where = asked_cases(asked)
    total = 0 if where is None else desk.store().cases.count(where)
    return Count(total, f"/casework?{urlencode(asked, safe='*,')}")


def first_of(many: int, by: str = "", **asked: str) -> list[dict[str, Any]]:
    """Return the first cases of those asked for in the whole district."""
    where = _where(asked)
    return [] if where is None else desk.store().cases.page(where, 0, many, by)[0]


def address(**asked: str) -> str | None:
    """Return the address of a list; None for who sees no lists, or but a part of them."""
    if not may("view_case") or not sees_all():
        return None
    return f"/casework?{urlencode(asked, safe='*,')}"


def lists_of(area_id: str, category: str, weeks: list[str]) -> dict[str, str | None]:
    """Return where the rows behind an area's figures are listed, as known at the end of `weeks`.

    ``fixes`` and ``back`` are of the rate, ``cases`` of all `weeks`, ``unverified`` of the last
    four.
    """
    of = {} if category == ALL_CATEGORIES else {"category": category}
    here, week = {"state": STANDING, "area": area_id, **of}, weeks[-1]
    first, last = (span_of(one, "UTC") for one in (weeks[0], week))
    days = {"from": f"{first[0].date()}", "to": f"{last[1].date() - timedelta(days=1)}"}
    return {
        "fixes": address(**here, fixes=week),
        "back": address(**here, fixes=week, back=f"{SHOWN_DAYS}"),
        "cases": address(**here, **days),
        "unverified": address(**here, closed=",".join(weeks[-4:]), unverified="1"),
    }


def asked_cases(values: Mapping[str, str]) -> Where | None:
    """Return what `values` ask for as far as the person may see it; None if no area can have it.

    Raises
    ------
    BadUse
        Names the word and the value that cannot be used.
    """
    where = _where(values)
    return None if where is None else limited(where)


def page_of(
    values: Mapping[str, str], ahead: tuple[str, ...] = ()
) -> tuple[list[dict[str, Any]], int]:
    """Return the cases of the page and in the order that the address asks for, and how many in all.

    `values` are the filters, as :func:`asked_cases` takes them; those of the categories `ahead`
    come first. Each has its marks: ``overdue due_soon step told_to``.
    """
    where, first = asked_cases(values), (question.number("page", 1, 10**6) - 1) * PAGE
    if where is None:
        return [], 0
    rows, total = desk.store().cases.page(where, first, PAGE, sort(), ahead)
    now = desk.present()
    return [row | marks_of(row, now) for row in rows], total


def marks_of(case: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the marks of a case as it stands at a moment."""
    return marks(case, escalations().get(case["category"]), now)._asdict()


def sort() -> str:
    """Return the word of SORTS that the address orders by, none where it knows none."""
    asked = request.args.get("sort", "")
    return asked if asked in SORTS else ""


def narrowed(where: Where) -> Where:
    """Return `where` for what the address asks of cases alone, and the person may see."""
    return limited(beside(where, request.args))


def _where(values: Mapping[str, str]) -> Where | None:
    asked = question.asked(values)
    where = beside(rows_where(asked, desk.district().timezone), values)
    if not asked.subdistrict:
        return where
    table = places().table
    inside = set(table.loc[Filter(subdistrict=asked.subdistrict).areas(table), "area_id"])
    if where.area_ids:
        inside &= set(where.area_ids)
    return replace(where, area_ids=tuple(sorted(inside))) if inside else None


def beside(where: Where, values: Mapping[str, str]) -> Where:
    """Return `where` with what `values` ask of cases alone.

    Raises
    ------
    BadUse
        Names the word and the value that cannot be used.
    """
    areas, zone = _words(values, "area"), desk.district().timezone
    open_at, fixes = _end(values, "open_at"), _end(values, "fixes")
    overdue, now = values.get("overdue", ""), open_at or desk.present()
    if overdue not in ("", "0", "1", "soon"):
        raise BadUse("problems.bad_overdue", value=overdue)
    return replace(
        where,
        categories=_categories(where.categories, values.get("term", "")),
        area_ids=tuple(one for one in areas if one != NO_AREA),
        no_area=NO_AREA in areas,
        states=_states(
            values, _KNOWN_SINCE if open_at else OPEN if overdue in ("1", "soon") else ()
        ),
        links=("rebound",) if _yes(values, "rebound") else where.links,
        open_at=open_at,
        overdue_at=now if overdue == "1" else None,
        soon_at=now if overdue == "soon" else None,
        closed=tuple(span_of(week, zone) for week in _weeks(values, "closed")),
        unverified=_yes(values, "unverified"),
        followed=(fixes - WINDOW, fixes) if fixes else None,
        back_days=_days(values, "back"),
        least_episode=_days(values, "episode"),
        outcomes=tuple(_outcomes(values, zone)),
        units=_words(values, "unit"),
        crews=_words(values, "crew"),
        persons=_words(values, "person"),
        communities=_words(values, "community"),
        disputed=_yes(values, "disputed"),
    )


def _outcomes(values: Mapping[str, str], zone: str) -> Iterator[tuple[str, Day]]:
    """Return what is asked of days, each with its day."""
    for outcome in OUTCOMES:
        if values.get(outcome):
            day = question.day(outcome, values[outcome])
            edges = (local_midnight(one, zone) for one in (day, day + timedelta(days=1)))
            yield outcome, Day(day.isoformat(), *edges)


def shift() -> tuple[str, ...]:
    """Return the categories that are to be solved within the shift."""
    hours = desk.store().calendar.hours
    make = lambda: within_shift(desk.store(), desk.categories())  # noqa: E731
    return _SHIFT.of((desk.digest("categories"), hours), make)


def escalations() -> dict[str, str]:
    """Return whom to tell of overdue cases, by the category."""

    def read() -> dict[str, str]:
        told = desk.categories().dropna(subset=["escalate"])
        return dict(zip(told["code"], told["escalate"], strict=True))

    return _ESCALATIONS.of((desk.digest("categories"),), read)


def _categories(asked: tuple[str, ...], term: str) -> tuple[str, ...]:
    """Return the categories asked for, those of a word of TERMS alone."""
    if not term:
        return asked
    if term not in TERMS:
        raise BadUse("problems.bad_term", value=term, known=", ".join(TERMS))
    inside = set(shift())
    codes = [one for one in desk.categories()["code"] if (one in inside) == (term == "shift")]
    return tuple(one for one in codes if not asked or one in asked) or ("",)


def _states(values: Mapping[str, str], otherwise: tuple[str, ...]) -> tuple[str, ...]:
    asked = _words(values, "state")
    for state in asked:
        if state not in (*STATES, *_GROUPS):
            known = ", ".join((*_GROUPS, *STATES))
            raise BadUse("problems.unknown_state", state=state, known=known)
    found = [one for word in asked for one in _GROUPS.get(word, (word,))]
    return tuple(dict.fromkeys(found)) or otherwise


def _words(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word for word in values.get(name, "").split(",") if word)


def _yes(values: Mapping[str, str], name: str) -> bool:
    value = values.get(name, "")
    if value not in ("", "0", "1"):
        raise BadUse("problems.bad_number", name=name, value=value, most=1)
    return value == "1"


def _days(values: Mapping[str, str], name: str) -> int | None:
    value = values.get(name, "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and 0 < int(value[:9]) <= _LONGEST):
        raise BadUse("problems.bad_number", name=name, value=value, most=_LONGEST)
    return int(value)


def _weeks(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    return Filter.parse({"week": values.get(name, "")}).week


def _end(values: Mapping[str, str], name: str) -> datetime | None:
    """Return the end of the week that `name` asks for."""
    weeks = _weeks(values, name)
    if not weeks:
        return None
    if len(weeks) > 1 or weeks == ("all",):
        raise BadUse("publish.bad_week", value=values[name])
    return span_of(weeks[0], desk.district().timezone)[1]
