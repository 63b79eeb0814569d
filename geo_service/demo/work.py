"""The last two weeks at work: who sends whom, what is mended, checked, given back, left.

What came of a case is what the district drew (:mod:`~geo_service.demo.reports`): events tell it
here where rows of a source would. Nothing is drawn but times; all else goes by turns.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import cycle
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo_service.demo.names import CAUSE, MEASURE, SAID
from geo_service.measure import works_on

_ZONE = "Asia/Shanghai"
_SKILLS = {
    **dict.fromkeys(("D01",), "wash"),
    **dict.fromkeys(("D02", "D03", "D09"), "haul"),
    **dict.fromkeys(("D04", "D05", "D06", "D07", "D12", "D13"), "order"),
}
"""What a crew needs for a category; `repair` for all others."""

_UNITS = {"D01": "条", "D04": "个", "D05": "辆", "D06": "辆"}
"""What is counted of a category; places (处) of all others."""

_DAY, _MINUTE = pd.Timedelta(days=1), pd.Timedelta(minutes=1)
_STOPS = 4
"""Most cases that a crew has today."""
_PICTURES = 12
"""Cases with a photo of before and one of after."""
_CLERKS = ("unit1", "UN-01")
_DESK = ("office", "supervisor")
_CHECKERS = ("inspector1", "inspector2")


class Act(NamedTuple):
    """Something that somebody does.

    Parameters
    ----------
    what
        ``event``, ``assignment``, ``visit``, or ``order`` of a crew's stops.
    said
        What goes with it, by the names of the flow; texts, numbers and moments.
    photo
        The number of the alley and whether it is mended, where a photo hangs on it.
    """

    at: pd.Timestamp
    actor: str
    what: str
    case_id: str | None
    said: dict[str, Any]
    category: str = ""
    photo: tuple[int, bool] | None = None


def plan_work(
    cases: pd.DataFrame, crews: pd.DataFrame, end: date, *, watched: str, forgotten: str
) -> list[Act]:
    """Return what was done until the midnight of `end`, in order of time.

    Parameters
    ----------
    cases
        Open cases: ``case_id category area_id opened_at lon lat unit_id rebounds mended_at
        checked_at``; the last two NaT where it has not come about. `rebounds` is the how-manieth
        of its site it is.
    watched
        The area that a crew watches.
    forgotten
        The area that no round leads to.
    """
    plan = _Plan(crews, end)
    mended = cases["mended_at"].notna()
    for number, one in enumerate(cases[mended].itertuples(index=False)):
        plan.worked(number, one)
    plan.left(cases[~mended].reset_index(drop=True))
    walked = cases.loc[cases["area_id"] != forgotten, "area_id"].dropna()
    plan.rounds(watched, list(walked.unique()))
    # of one moment in the order in which they were thought of
    return sorted(plan.acts, key=lambda act: act.at)


class _Plan:
    """Collects what is done."""

    def __init__(self, crews: pd.DataFrame, end: date) -> None:
        self.acts: list[Act] = []
        self._midnight = pd.Timestamp(end, tz=_ZONE).tz_convert("UTC")
        self._crews = crews.set_index("crew_id")
        self._turns = {
            skill: cycle([crew for crew, its in self._skills() if skill in its])
            for skill in ("wash", "haul", "order", "repair")
        }
        self._words = {key: cycle(words) for key, words in SAID.items()}

    def _skills(self) -> Iterable[tuple[str, list[str]]]:
        return [(crew, str(its).split(";")) for crew, its in self._crews["skills"].items()]

    def _crew(self, category: str, day: date | None = None) -> str:
        """Return who is next, of those that can do it and work that day."""
        turn = self._turns[_SKILLS.get(category, "repair")]
        crew = next(turn)
        for _ in range(len(self._crews)):
            if day is None or works_on(self._crews["weekdays"][crew], day):
                break
            crew = next(turn)
        return str(crew)

    def _leader(self, crew_id: str) -> str:
        return str(self._crews["leader"][crew_id])

    def _word(self, key: str) -> str:
        return next(self._words[key])

    def _event(
        self,
        at: pd.Timestamp,
        actor: str,
        one: Any,  # noqa: ANN401
        kind: str,
        /,
        **said: Any,  # noqa: ANN401
    ) -> None:
        photo = said.pop("photo", None)
        said["kind"] = kind
        self.acts.append(Act(at, actor, "event", one.case_id, said, one.category, photo))

    def worked(self, number: int, one: Any) -> None:  # noqa: ANN401
        """Tell of a case from its dispatch to its check, as it was drawn."""
        opened, mended = one.opened_at, one.mended_at

        def at(share: float) -> pd.Timestamp:
            return _daytime(opened, mended, share)

        crew, shown = self._crew(one.category, _day(mended)), number % 4 != 2
        leader, alley = self._leader(crew), number if number < 4 * _PICTURES // 3 else None
        before = (alley, False) if shown and alley is not None else None
        after = (alley, True) if shown and alley is not None else None
        if number % 5 == 1:
            self._event(at(0.1), _CHECKERS[number % 2], one, "noted", note=self._word("seen"))
        sent = {"crew_id": crew, "note": self._word("sent") if number % 3 == 0 else None}
        if one.unit_id == _CLERKS[1]:
            leader, sent = _CLERKS[0], {"unit_id": _CLERKS[1]}
        if number % 9 == 3:
            other = self._crew(one.category, _day(mended))
            self._event(at(0.2), _DESK[number % 2], one, "dispatched", crew_id=other)
            self._event(at(0.3), self._leader(other), one, "returned", reason="other_crew")
        self._event(at(0.4), _DESK[number % 2], one, "dispatched", **sent)
        self._event(at(0.5), leader, one, "accepted", photo=before)
        checker = _CHECKERS[(number + 1) % 2]
        if number % 10 == 6:
            self._event(at(0.6), leader, one, "fixed")
            self._event(at(0.8), checker, one, "failed", note=self._word("failed"))
        unit = _UNITS.get(one.category, "处")
        done = {"quantity": 3.0 + number % 7, "unit": unit} if number % 2 else {}
        self._event(mended, leader, one, "fixed", photo=after, **done)
        if pd.notna(one.checked_at):
            self._checked(one, checker)
        elif number % 2:
            self._event(mended + 40 * _MINUTE, checker, one, "failed", note=self._word("failed"))

    def _checked(self, one: Any, checker: str) -> None:  # noqa: ANN401
        """Tell of a check; what comes back again and again needs a cause and a measure before."""
        if one.rebounds > 0:
            skill = _SKILLS.get(one.category, "repair")
            before = _daytime(one.mended_at, one.checked_at, 0.5)
            self._event(before, "supervisor", one, "cause", note=CAUSE[skill])
            self._event(
                *(before + 5 * _MINUTE, "supervisor", one, "measure"),
                note=MEASURE[skill],
                person="office",
                due_at=self._midnight + 14 * _DAY + 10 * 60 * _MINUTE,
            )
        self._event(one.checked_at, checker, one, "verified")

    def left(self, cases: pd.DataFrame) -> None:
        """Tell of cases that are open still: merged, given back, postponed, on lists of crews."""
        yesterday, evening = self._midnight - _DAY, self._midnight - 6 * 60 * _MINUTE
        old = cases[cases["opened_at"] < yesterday - 7 * 60 * _MINUTE]
        taken: set[str] = set()

        def take(some: pd.DataFrame, most: int) -> Iterator[Any]:
            free = some[~some["case_id"].isin(taken)].head(most)
            taken.update(free["case_id"])
            return iter(free.itertuples(index=False))

        hour = 60 * _MINUTE
        self._merge(old, yesterday + 10 * hour, taken)
        theirs = cases[cases["unit_id"] == _CLERKS[1]]
        for number, one in enumerate(take(theirs[theirs["opened_at"] < evening], 3)):
            at = evening + 5 * number * _MINUTE
            self._event(at, "office", one, "dispatched", unit_id=_CLERKS[1])
            if number == 1:
                self._event(at + hour, _CLERKS[0], one, "accepted")
        for one in take(old, 1):
            self._disputed(one)
        for one in take(old, 2):
            at = yesterday + 9 * hour
            self._event(at, "supervisor", one, "cancelled", reason=self._word("cancelled"))
        slow = old[~old["category"].isin(["D01", "D04", "D05", "D06"])]
        for number, one in enumerate(take(slow, 3)):
            until = self._midnight + (2 + number) * _DAY + 17 * hour
            note = self._word("postponed")
            at = yesterday + 11 * hour
            self._event(at, "supervisor", one, "postponed", due_at=until, note=note)
        daily = old[old["category"].map(_SKILLS).isin(["wash", "haul"])]
        for number, one in enumerate(take(daily, 6)):
            crew = self._crew(one.category, _day(yesterday))
            self._given(yesterday - 6 * hour, crew, [one.case_id], _day(yesterday), None)
            if number < 2:
                said = {"reason": "private_ground", "note": self._word("cannot")}
                self._event(
                    yesterday + (14 + number) * hour, self._leader(crew), one, "returned", **said
                )
            elif number == 2:
                self._given(
                    evening, crew, [one.case_id], _day(self._midnight), self._word("missed")
                )
        self._today(cases[~cases["case_id"].isin(taken)], evening)

    def _merge(self, cases: pd.DataFrame, at: pd.Timestamp, taken: set[str]) -> None:
        """Let the two nearest of one category be one."""
        best: tuple[float, Any, Any] | None = None
        for _, its in cases.groupby("category", sort=True):
            rows = list(its.itertuples(index=False))
            for number, one in enumerate(rows):
                for other in rows[:number]:
                    away = float(np.hypot(one.lon - other.lon, one.lat - other.lat))
                    if best is None or away < best[0]:
                        best = (away, other, one)
        if best is not None:
            _, kept, joined = best
            taken |= {kept.case_id, joined.case_id}
            said = {"target_case_id": kept.case_id, "note": self._word("merged")}
            self._event(at, "office", joined, "merged", **said)

    def _disputed(self, one: Any) -> None:  # noqa: ANN401
        """Tell of a case that a unit and a crew give back as not theirs."""
        crew, start = self._crew(one.category), self._midnight - 15 * 60 * _MINUTE
        back = {"reason": "not_ours", "note": self._word("back")}
        self._event(start, "office", one, "dispatched", unit_id=_CLERKS[1])
        self._event(start + 50 * _MINUTE, _CLERKS[0], one, "returned", **back)
        self._event(start + 90 * _MINUTE, "office", one, "dispatched", crew_id=crew)
        self._event(start + 200 * _MINUTE, self._leader(crew), one, "returned", **back)

    def _given(
        self, at: pd.Timestamp, crew: str, case_ids: list[str], day: date, note: str | None
    ) -> None:
        said = {"crew_id": crew, "date": f"{day}", "case_ids": case_ids, "note": note}
        self.acts.append(Act(at, "office", "assignment", None, said | {"state": "published"}))

    def _today(self, cases: pd.DataFrame, evening: pd.Timestamp) -> None:
        """Give crews what is oldest, up to so many stops each, and put these in order."""
        today = _day(self._midnight)
        stops = dict.fromkeys(self._crews.index, 0)
        for one in cases[cases["opened_at"] < evening].itertuples(index=False):
            skill = _SKILLS.get(str(one.category), "repair")
            # one list is filled before the next is begun
            able = [crew for crew, its in self._skills() if skill in its]
            crew = next((crew for crew in able if stops[crew] < _STOPS), None)
            if crew is not None:
                stops[crew] += 1
                self._given(evening, crew, [str(one.case_id)], today, None)
                if stops[crew] == 1 and skill == "order":
                    self._event(evening + 20 * _MINUTE, self._leader(crew), one, "accepted")
        for crew in stops:
            said = {"crew_id": crew, "date": f"{today}"}
            self.acts.append(Act(evening + _MINUTE, "office", "order", None, said))

    def rounds(self, watched: str, area_ids: list[str]) -> None:
        """Let a crew sweep an area yesterday and today, and inspectors walk their rounds."""
        crew = str(self._crews.index[0])
        note, unit = self._word("watch"), "条"
        for day in (self._midnight - _DAY, self._midnight):
            said = {"crew_id": crew, "date": f"{_day(day)}", "area_id": watched, "note": note}
            at = day - 7 * 60 * _MINUTE
            self.acts.append(Act(at, "office", "assignment", None, said | {"state": "published"}))
        start = self._midnight - 16 * 60 * _MINUTE
        swept = {"area_id": watched, "kind": "cleanup", "quantity": 40.0, "unit": unit}
        self._visit(start, 95, self._leader(crew), swept)
        for number, area_id in enumerate(area_ids[:24]):
            at = start - (number // 12) * _DAY + (number % 6) * 25 * _MINUTE
            self._visit(at, 15, _CHECKERS[number // 6 % 2], {"area_id": area_id, "kind": "patrol"})

    def _visit(self, at: pd.Timestamp, minutes: int, actor: str, said: dict[str, Any]) -> None:
        times = {"started_at": at, "ended_at": at + minutes * _MINUTE}
        self.acts.append(Act(times["ended_at"], actor, "visit", None, said | times))


def _day(at: pd.Timestamp) -> date:
    return at.tz_convert(_ZONE).date()


def _daytime(start: pd.Timestamp, end: pd.Timestamp, share: float) -> pd.Timestamp:
    """Return the moment at a share of a span that ends by day; nights are slept through.

    Of two shares the larger is never earlier.
    """
    at = start + (end - start) * share
    local = at.tz_convert(_ZONE)
    morning = local.normalize() + (6 + 24 * (local.hour >= 20)) * 60 * _MINUTE
    if not 7 <= local.hour < 20 and start < morning:
        at = morning + share * 60 * _MINUTE
    return at.tz_convert("UTC").ceil("s")
