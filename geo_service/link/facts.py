"""Rows and events become what the rule walks: the one place that knows what they say.

Corrections of people (splits, other categories, other points) change what a report says before the
walk; what was taken back was never there; the other events are walked between the reports.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo_service.link import arrays
from geo_service.link.arrays import ALWAYS, MERGE, NEVER, Codes, Flags, Ints, Records
from geo_service.link.rows import Rows, Words, coded, known_at, microseconds, places_of

TAKERS = ("reinstated", "withdrawn")
"""Kinds of events that take another one back."""

_CORRECTIONS = ("split", "recategorised", "moved")
ELSEWHERE = "import:"
"""What the actor of an event begins with that came from another system."""


class Events(NamedTuple):
    """Events that are walked; shape (m,) each.

    `report` and `other` are rows: the one that is named, and of a merge the second; `moment` is
    never before the report's; `late` ones act after the reports of their moment, not before them.
    """

    report: Ints
    other: Ints
    kind: Ints
    moment: Ints
    late: Flags
    here: Flags

    def placed(self, place: Ints, at: Ints, category: Codes) -> Records:
        """Lay the events between the reports of a walk; returns arrays.EVENT arrays.records.

        `place` is where each row stands in the walk, -1 where it takes no part, and -1 once more;
        `at` and `category` are those of the reports of the walk, which stand by both.
        """
        report, other = place[self.report], place[self.other]
        merge = self.kind == MERGE
        its = category[report] if len(category) else report
        both = (other >= 0) & (its == np.append(category, -1)[other])
        use = np.flatnonzero((report >= 0) & (~merge | both))
        report, other, merge, its = report[use], other[use], merge[use], its[use]
        moment, late = self.moment[use], self.late[use]
        before = np.maximum(report, other) + 1
        moment = np.where(merge, np.append(at, 0)[before - 1], moment)
        for code in np.unique(its[~merge]):
            first, stop = np.searchsorted(category, [code, code + 1])
            # an event of its report's own moment comes after the reports of that moment
            some = ~merge & (its == code)
            before[some] = first + np.searchsorted(at[first:stop], moment[some] + late[some])
        # merges act right after the later of their reports; the rest stand in their own order
        order = np.lexsort((np.arange(len(before)), ~merge, before))
        events = arrays.records(arrays.EVENT, len(order))
        events.before, events.moment = before[order], moment[order]
        events.report, events.other = report[order], other[order]
        events.kind, events.here = self.kind[use][order], self.here[use][order]
        return events


class Facts(NamedTuple):
    """What is known before a moment; shape (n,) each unless said otherwise.

    Parameters
    ----------
    rows, words
        Reports as corrected, and what their numbers mean; of what is not known yet nothing.
    known, takes_part
        Which are known, and which of those open or join cases.
    closes
        Whether a source closes anything; the last entry is for rows without a source.
    first_of, alone, hidden_until
        As ``REPORT`` has them, but in rows.
    """

    rows: Rows
    words: Words
    known: Flags
    takes_part: Flags
    closes: Flags
    first_of: Ints
    alone: Flags
    hidden_until: Ints
    events: Events


def facts_of(rows: Rows, words: Words, events: pd.DataFrame, end: int) -> Facts:
    """Return what the rule walks before `end`, microseconds.

    Parameters
    ----------
    rows, words
        Reports by moment and id, n of them, as their sources told them.
    events
        EVENTS of all kinds, in any order.
    """
    n = len(rows.reported)
    known = known_at(rows, end)
    rows = rows.before(end)
    closes = _sources_that_close(rows, known, len(words.sources))
    none, never = np.full(n, -1, dtype=np.int64), np.full(n, ALWAYS, dtype=np.int64)
    no = none[:0]
    nothing = Events(no, no, no, no, no > 0, no > 0)
    facts = Facts(
        rows, words, known, known & rows.own_point, closes, none, none >= 0, never, nothing
    )
    if events.empty:
        return facts
    log = _log(rows, events, end)
    return _walked(_corrected(facts, log), log)


def _sources_that_close(rows: Rows, known: Flags, sources: int) -> Flags:
    """Tell which sources close anything at all: by their rows alone."""
    closes = np.zeros(sources + 1, dtype=np.bool_)
    has = (rows.fixed != NEVER) | (rows.verified != NEVER) | (rows.closed != NEVER)
    closes[rows.source[known & has]] = True
    return closes


def _log(rows: Rows, events: pd.DataFrame, end: int) -> pd.DataFrame:
    """Return the events that are known and were not taken back, by `at` and id.

    Columns `at`, `report` and `other` are microseconds and rows (-1: there is no such report).
    """
    at = microseconds(events["at"])
    known = (at < end) & (microseconds(events["received_at"], missing=ALWAYS) < end)
    log = events.assign(
        at=at,
        report=places_of(events["case_id"], rows.report_id),
        other=places_of(events["target_case_id"], rows.report_id),
    )
    log = log[known].sort_values(["at", "event_id"], kind="stable", ignore_index=True)
    return log[stands(log)].reset_index(drop=True)


def stands(events: pd.DataFrame) -> Flags:
    """Tell whether each of EVENTS was not taken back and takes nothing back; shape (n,).

    `events` are in the order of their time.
    """
    takes = events["kind"].isin(TAKERS)
    takers = events.loc[takes, ["event_id", "takes_back"]]
    gone = taken_back(takers.itertuples(index=False, name=None))
    return (~takes & ~events["event_id"].isin(gone)).to_numpy(dtype=np.bool_)


def taken_back(takers: Iterable[tuple[str, str]]) -> set[str]:
    """Return ids of the events that were taken back.

    Parameters
    ----------
    takers
        Id and `takes_back` of the events that take back, in the order of their time.
    """
    gone: set[str] = set()
    # what was taken back takes nothing back itself: the latest word first
    for event_id, other in reversed(list(takers)):
        if event_id not in gone:
            gone.add(other)
    return gone


def _corrected(facts: Facts, log: pd.DataFrame) -> Facts:
    """Let corrections change what reports say, and tell which reports stay together."""
    rows, words = facts.rows, facts.words
    pairs = _report_ids(log, rows)
    named = np.union1d(pairs["row"], log[["report", "other"]].to_numpy().ravel())
    is_named = np.zeros(len(rows.reported), dtype=np.bool_)
    is_named[named[named >= 0].astype(np.int64)] = True
    own_point = rows.own_point | (is_named & ~np.isnan(rows.lon) & ~np.isnan(rows.lat))
    rows = rows._replace(only_joins=rows.only_joins & ~is_named, own_point=own_point)
    facts = facts._replace(rows=rows, takes_part=facts.known & own_point)
    pairs = pairs[pairs["row"] >= 0]
    if pairs.empty:
        return facts

    last = pairs.drop_duplicates(["kind", "row"], keep="last")
    said = last[last["kind"] == "recategorised"]
    code, categories = coded(said["category"], words.categories)
    category = rows.category.copy()
    category[said["row"]] = code
    moved = last[last["kind"] == "moved"]
    lon, lat = rows.lon.copy(), rows.lat.copy()
    lon[moved["row"]], lat[moved["row"]] = moved["lon"], moved["lat"]
    rows = rows._replace(category=category, lon=lon, lat=lat)

    split = last[last["kind"] == "split"]
    first_of, alone = facts.first_of.copy(), facts.alone.copy()
    hidden_until = facts.hidden_until.copy()
    changed = last[last["kind"] != "split"].drop_duplicates("row", keep="last")
    for members in (changed, split):
        of = members["row"].to_numpy()
        use = facts.takes_part[of]
        of, event = of[use], members["event"].to_numpy()[use]
        first_of[of] = _firsts(of, event)
    of = split["row"].to_numpy()
    alone[of] = True
    hidden_until[of] = split["at"]
    # of another category by now: nothing holds the two together
    apart = (first_of >= 0) & (rows.category[first_of] != rows.category)
    first_of[apart] = np.where(alone[apart], np.flatnonzero(apart), -1)
    return facts._replace(
        rows=rows,
        words=words._replace(categories=categories),
        first_of=first_of,
        alone=alone,
        hidden_until=hidden_until,
    )


def _report_ids(log: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """Return `event row` and the event's columns: a line a report that a correction concerns."""
    kept = log[log["kind"].isin(_CORRECTIONS)]
    ids = kept["report_ids"].where(kept["report_ids"].notna(), kept["case_id"])
    pairs = kept.assign(event=kept.index, id=ids.str.split(";")).explode("id", ignore_index=True)
    pairs["id"] = pairs["id"].str.strip()
    return pairs.assign(row=places_of(pairs["id"].astype("str"), rows.report_id))


def _firsts(row: Ints, event: arrays.AnyInts) -> Ints:
    """Return for each row the first one that the same event names."""
    _, group = np.unique(event, return_inverse=True)
    first = np.full(group.max(initial=-1) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, group, row)
    return np.asarray(first[group])


def _walked(facts: Facts, log: pd.DataFrame) -> Facts:
    """Return the facts with the events that are walked, in the order of one moment."""
    kind = pd.Index(arrays.KINDS).get_indexer(log["kind"])
    merge = kind == MERGE
    use = (kind >= 0) & (log["report"] >= 0) & (~merge | (log["other"] >= 0))
    use &= ~(merge & _parted_later(facts, log))
    log, kind = log[use], kind[use]
    report = log["report"].to_numpy(dtype=np.int64)
    reported = facts.rows.reported[report]
    moment = np.maximum(log["at"].to_numpy(dtype=np.int64), reported)
    late = reported == moment
    here = ~log["actor"].fillna("").str.startswith(ELSEWHERE).to_numpy(dtype=np.bool_)
    other = log["other"].to_numpy(dtype=np.int64)
    events = Events(report, other, kind.astype(np.int64), moment, late, here)
    told = {"moment": moment, "late": late, "kind": kind}
    log = log.assign(**told, idempotency_key=log["idempotency_key"].fillna(""))
    by = [*told, "idempotency_key", "event_id"]
    order = log.reset_index(drop=True).sort_values(by, kind="stable").index.to_numpy()
    return facts._replace(events=Events._make(column[order] for column in events))


def _parted_later(facts: Facts, log: pd.DataFrame) -> Flags:
    """Tell of which events a later split names one of the two reports."""
    pairs = _report_ids(log[log["kind"] == "split"], facts.rows)
    last = np.full(len(facts.rows.reported) + 1, -1, dtype=np.int64)
    pairs = pairs[pairs["row"] >= 0]
    np.maximum.at(last, pairs["row"].to_numpy(), pairs["event"].to_numpy(dtype=np.int64))
    # the log stands in the order of `at` and id
    mine = log.index.to_numpy()
    return (last[log["report"]] > mine) | (last[log["other"]] > mine)
