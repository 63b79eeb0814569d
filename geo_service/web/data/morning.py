"""The morning in five lines: what a day begins with, each number with the rows that it counts.

What refresh stored and what came since are read; nothing is computed but differences of days.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import numpy as np

from geo_service.flow.exports import span_of
from geo_service.publish import Filter
from geo_service.terms import ALL_CATEGORIES, say
from geo_service.web.base import desk
from geo_service.web.base.language import language
from geo_service.web.base.records import records
from geo_service.web.data.case_list import STANDING, UNSOLVED, Count, address, count, first_of
from geo_service.web.data.coverage import rows_of
from geo_service.web.data.shapes import places
from geo_service.web.data.week_rows import week_rows

_DAY = timedelta(days=1)
_THIRD = "3"
_WEEKS = 4
_UNVISITED = "/coverage?of=first&observed=no"
_AREA = ["area_id", "name", "kind", "subdistrict", "last_visit", "days_since"]


@dataclass(frozen=True)
class Line:
    """One line: what is counted with its rows, and the sentence that names the worst of them.

    Attributes
    ----------
    counts
        By name; the first of them says whether there is anything.
    rows
        Of the first count, or of each by its name.
    key, values
        The sentence; a count among the values leads to its rows.
    open
        Where one goes to do something about it; None for who may not.
    """

    subject: str
    counts: dict[str, Count]
    rows: dict[str, list[dict[str, Any]]]
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    open: str | None = None


def lines(day: date, many: int = 1) -> list[Line]:
    """Return the five lines of a day, with the first `many` rows behind each.

    But for what became of the day before they tell how things stand now.
    """
    return [_yesterday(day - _DAY, many), _hot(many), _overdue(many), _verify(many), _unseen(many)]


def _yesterday(day: date, many: int) -> Line:
    words = ("done", "missed", "cannot")
    asked = {word: {"state": STANDING, word: f"{day}"} for word in words}
    counts = {word: count(**asked[word]) for word in words}
    rows = {word: first_of(many, **asked[word]) if counts[word].value else [] for word in words}
    key, name = "yesterday", {}
    if rows["missed"]:
        key, name = "yesterday_missed", {"name": _place(rows["missed"][0])[0]}
    key = key if any(one.value for one in counts.values()) else "nothing"
    return Line("yesterday", counts, rows, key, counts | name, f"/board?date={day}")


def _hot(many: int) -> Line:
    """Tell of the area of the last week that has most cases beyond those expected."""
    run = desk.run_or_none()
    if run is None or not run.weeks:
        return Line("hot", {"count": Count(0, None)}, {"count": []}, "no_figures")
    plain = week_rows(run.last_week, ALL_CATEGORIES).plain
    found = plain.records(np.flatnonzero(plain.columns["hot"] == 1))
    found.sort(key=lambda row: (row["expected"] or 0) - row["cases"])
    # without a log of visits there is no list of areas: the map shows them
    shown = "/coverage?of=hot" if run.coverage_known else "/?layer=hotspots"
    counts, rows = {"count": Count(len(found), shown)}, {"count": found[:many]}
    if not found:
        return Line("hot", counts, rows, "nothing")
    worst = found[0]
    first, last = (span_of(run.weeks[one], "UTC") for one in (max(-_WEEKS, -len(run.weeks)), -1))
    days = {"from": f"{first[0].date()}", "to": f"{(last[1] - _DAY).date()}"}
    here = {"state": STANDING, "area": worst["area_id"], **days}
    values = {
        "name": worst["name"] or worst["area_id"],
        "cases": count(**here),
        "expected": round(worst["expected"] or 0),
        "rebounds": count(**here, rebound="1"),
    }
    leads = f"/?{urlencode({'layer': 'hotspots', 'area': worst['area_id']})}"
    key = "hot" if len(found) == 1 else "hot_several"
    return Line("hot", counts, rows, key, values | counts, leads)


def _overdue(many: int) -> Line:
    asked = {"state": UNSOLVED, "overdue": "1"}
    soon = count(state=UNSOLVED, overdue="soon")
    counts, rows = {"count": count(**asked)}, {"count": first_of(many, "due", **asked)}
    counts |= {"soon": soon}
    leads = address(**asked, sort="due")
    if not rows["count"]:
        key = "soon" if soon.value else "nothing"
        return Line("overdue", counts, rows, key, dict(counts), leads)
    worst = rows["count"][0]
    name, subdistrict = _place(worst)
    late = desk.present() - worst["due_at"]
    values = {"longest": _long(late), "where": subdistrict or name}
    key = "overdue_soon" if soon.value else "overdue"
    return Line("overdue", counts, rows, key, values | counts, leads)


def _verify(many: int) -> Line:
    counts = {"count": count(state="fixed"), "third": count(state="fixed", episode=_THIRD)}
    rows = {"count": first_of(many, "episode", state="fixed")}
    leads = address(state="fixed", sort="episode")
    if not rows["count"]:
        return Line("verify", counts, rows, "nothing", open=leads)
    worst = rows["count"][0]
    key = "verify_third" if counts["third"].value else "verify"
    values = {"name": _place(worst)[0], "episode": worst["episode"]}
    return Line("verify", counts, rows, key, values | counts, leads)


def _unseen(many: int) -> Line:
    """Tell of hot areas and the first of the list at which nobody was in four weeks."""
    run = desk.run_or_none()
    if run is None or not run.coverage_known or not run.weeks:
        key = "unknown" if run and run.weeks else "no_figures"
        return Line("unvisited", {"count": Count(0, None)}, {"count": []}, key, open="/coverage")
    found = rows_of(Filter(), "no", of="first")
    rows = records(found.head(many), _AREA)
    counts = {"count": Count(len(found), _UNVISITED)}
    if not rows:
        return Line("unvisited", counts, {"count": []}, "nothing", open="/coverage")
    worst, since = rows[0], rows[0]["days_since"]
    values = counts | {"name": worst["name"] or worst["area_id"]}
    key = "unvisited" if since is not None else "unvisited_never"
    longest = {} if since is None else {"longest": _long(timedelta(days=since))}
    return Line("unvisited", counts, {"count": rows}, key, values | longest, _UNVISITED)


def _place(case: dict[str, Any]) -> tuple[str, str | None]:
    """Return the name of a case's area and of its subdistrict; its id where it lies in none."""
    row = places().row.get(case["area_id"])
    if row is None:
        return case["case_id"], None
    shown = places().shown.records(np.array([row]))[0]
    return shown["name"] or case["area_id"], shown["subdistrict_name"]


def _long(time: timedelta) -> str:
    """Say how long: whole days, or hours where it is less than one."""
    what, number = ("days", time.days) if time >= _DAY else ("hours", time.seconds // 3600)
    what = what.removesuffix("s") if number == 1 else what
    return say(f"today.{what}", language(), number=number)
