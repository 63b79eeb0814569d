"""The state of the district in one line, at the end of a week: each count leads to its rows."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from geo_service.flow.exports import span_of
from geo_service.publish import Filter
from geo_service.web.base import desk, question
from geo_service.web.base.answers import json_answer
from geo_service.web.base.keep import Kept
from geo_service.web.base.permissions import may, permission
from geo_service.web.data.case_list import NO_AREA, STANDING, UNSOLVED, Count, count
from geo_service.web.data.coverage import rows_of

blueprint = Blueprint("state", __name__)

_WEEK = timedelta(days=7)
_WAITING = Kept[int]("reports that wait")
_UNSEEN = Kept[int]("unseen", room=64)


@dataclass(frozen=True)
class Fact:
    """A count, and the address of what it counts; None where there is none to see."""

    key: str
    value: int
    href: str | None


@dataclass(frozen=True)
class State:
    """The last day that was seen, and what stands above the map; a count of nought is no fact."""

    as_of: str
    facts: list[Fact]


@blueprint.get("/api/state/<week>")
@permission("view_map")
def of_week(week: str) -> Response:
    """Say how the district stood when a week ended."""
    return json_answer(asdict(state(question.known_week(week))))


def state(week: str | None = None) -> State:
    """Return the line at the end of `week`; as of now for the last week, and by default.

    Of an earlier week it is what is known by now: lapsed cases are left out, since when is not
    written down.
    """
    run = desk.run()
    now = week is None or week == run.last_week
    zone = ZoneInfo(desk.district().timezone)
    end = run.as_of if now else span_of(str(week), zone.key)[1]
    day = (end - timedelta(microseconds=1)).astimezone(zone).date()
    since = (end - _WEEK).astimezone(zone).date()
    open_ = {"state": UNSOLVED} if now else {"open_at": str(week)}
    counts = {
        "open": count(**open_),
        "overdue": count(**open_, overdue="1"),
        "due-soon": count(**open_, overdue="soon"),
        "back": count(state=STANDING, rebound="1", **{"from": f"{since}", "to": f"{day}"}),
        "unlocated": count(**open_, area=NO_AREA),
        "without-point": _waiting(now=now),
        "unseen": _unseen(run.last_week if now else str(week)),
    }
    return State(day.isoformat(), list(_facts(counts)))


def _facts(counts: dict[str, Count | None]) -> Iterator[Fact]:
    for key, found in counts.items():
        if found is not None:
            yield Fact(key, found.value, found.href)


def _waiting(*, now: bool) -> Count | None:
    """Return how many reports wait to be placed, for who may; they wait now or not at all."""
    if not may("place"):
        return None
    total = _WAITING.lately((), lambda: sum(desk.store().placements.counts().values()))
    return Count(total if now else 0, "/reports/placing")


def _unseen(week: str) -> Count | None:
    """Return at how many areas nobody looked in the four weeks; None where nobody knows."""
    run = desk.run()
    if not run.coverage_known or not run.weeks:
        return None
    key = (run.run_id, desk.areas_version(), week)
    total = _UNSEEN.of(key, lambda: len(rows_of(Filter(), "no", week)))
    beside = "" if week == run.last_week else f"&week={week}"
    return Count(total, f"/coverage?observed=no{beside}" if may("view_coverage") else None)


def told(week: str | None) -> dict[str, Any]:
    """Return what the template of the line asks for; no state before the first run."""
    run = desk.run_or_none()
    if run is None:
        return {"state": None}
    return {
        "state": state(week if week in run.weeks else None),
        "coverage_known": run.coverage_known,
    }
