"""Two memories side by side: which rows, cases and moments are others than before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo_service.link.closures import NEVER
from geo_service.link.rows import Flags, Rows
from geo_service.link.solving import known_at
from geo_service.link.splicing import moved
from geo_service.link.standing import CANCELLED, VERIFIED

if TYPE_CHECKING:
    from geo_service.link.memory import Memory

Ints = NDArray[np.int64]
_LIKE = (
    "episode",
    "rows",
    "reworks",
    "case_link",
    "fixed",
    "verified",
    "gap",
    "unverified",
    "beyond",
    "given_up",
)
_PLACING = ("reported", "category", "area", "lon", "lat", "own_point")


@dataclass(frozen=True)
class Renewed:
    """A memory after new facts, and where it differs from the one before.

    Parameters
    ----------
    memory
        What linking all facts at once would give.
    rows
        Reports whose case, link or facts may be others than before, numbers into `memory`.
    cases
        Cases that may be others than before, those whose spells may, and the first ones of their
        sites; numbers into `memory`.
    gone
        Ids of reports that opened a case before and do not now.
    since
        No figure of a moment before this one can have changed, microseconds.
    """

    memory: Memory
    rows: Ints
    cases: Ints
    gone: NDArray[np.object_]
    since: int


def compared(before: Memory, memory: Memory, was: Ints, fresh: Flags, anew: Flags) -> Renewed:
    """Compare a memory with the one before.

    Parameters
    ----------
    was
        Where each row was before, -1 where it was not; shape (n,).
    fresh
        Rows that came now.
    anew
        Rows whose case was solved anew.
    """
    rows, cases = memory.rows, memory.cases
    now = moved(was, len(before.case))
    other = fresh.copy()
    again = np.flatnonzero(fresh & (was >= 0))
    other[again] = differ(rows, again, before.rows, was[again], _PLACING)

    # which case each row opens, before and now
    opens = np.full(len(was), -1, dtype=np.int64)
    opens[cases.opening] = np.arange(len(cases.opening))
    opened = np.full(len(before.case) + 1, -1, dtype=np.int64)
    opened[before.cases.opening] = np.arange(len(before.cases.opening))
    earlier = opened[was[cases.opening]]
    opening_now = np.append(now[before.cases.opening], -1)

    differs = _cases_differ(before, memory, earlier, opening_now, anew)
    differs |= other[cases.opening]
    gone = np.flatnonzero(opens[opening_now[:-1]] < 0)

    # the spell before a case ends with it; where a case left a site, any may follow any
    touched = differs.copy()
    touched[_before(memory, np.flatnonzero(differs))] = True
    moves = differs & (earlier >= 0)
    moves[moves] = (
        before.cases.first[earlier[moves]] != opened[was[cases.opening[cases.first[moves]]]]
    )
    left = np.concatenate([gone, earlier[moves]])
    site = opens[opening_now[before.cases.first[left]]]
    whole = np.zeros(len(cases.opening), dtype=np.bool_)
    whole[cases.first[site[site >= 0]]] = True
    touched |= whole[cases.first]
    # what came may have been written meanwhile as it looked then
    mine = opens[fresh]
    touched[mine[mine >= 0]] = True
    touched[cases.first[touched]] = True

    at = np.flatnonzero(anew | fresh | ((was >= 0) & (before.group[was] >= 0) & (memory.group < 0)))
    opening = np.append(cases.opening, -1)[memory.case[at]]
    old_case = np.where(was[at] >= 0, before.case[was[at]], -1)
    old_link = np.where(was[at] >= 0, before.link[was[at]], -1)
    moves = (opening != opening_now[old_case]) | (memory.link[at] != old_link) | fresh[at]
    return Renewed(
        memory=memory,
        rows=at[moves],
        cases=np.flatnonzero(touched),
        gone=np.asarray(before.rows.report_id[before.cases.opening[gone]], dtype=object),
        since=_since(before, memory, was, other, differs, earlier, gone),
    )


def _before(memory: Memory, which: Ints) -> Ints:
    """Return, of the sites of some cases, the latest case that stands before each."""
    first, count = memory.cases.first, len(memory.state)
    mine = np.zeros(count, dtype=np.bool_)
    mine[first[which]] = True
    some = np.flatnonzero(mine[first])
    by_site = some[np.argsort(first[some], kind="stable")]
    stands = memory.state[by_site] != CANCELLED
    place = np.where(stands, np.arange(len(by_site)), -1)
    latest = np.maximum.accumulate(np.append(-1, place))[:-1]
    asked = np.zeros(count, dtype=np.bool_)
    asked[which] = True
    before = latest[asked[by_site]]
    of = by_site[asked[by_site]]
    found = by_site[before[before >= 0]]
    return np.asarray(found[first[found] == first[of[before >= 0]]])


def differ(rows: Rows, at: Ints, others: Rows, there: Ints, names: tuple[str, ...]) -> Flags:
    """Tell which of the rows `at` say something else than the rows `there` of `others`."""
    out = np.zeros(len(at), dtype=np.bool_)
    for name in names:
        mine, its = getattr(rows, name)[at], getattr(others, name)[there]
        same = mine == its
        if mine.dtype.kind == "f":
            same |= np.isnan(mine) & np.isnan(its)
        out |= ~same
    return out


def _cases_differ(
    before: Memory, memory: Memory, earlier: Ints, opening_now: Ints, anew: Flags
) -> Flags:
    """Tell which cases are new, or differ in anything that is kept of a case."""
    cases, old = memory.cases, before.cases
    state = np.append(before.state, -1)[earlier]
    out = memory.state != state
    some = np.flatnonzero(anew[cases.opening] & ~out)
    there = earlier[some]
    differs = np.zeros(len(some), dtype=np.bool_)
    for name in _LIKE:
        differs |= getattr(cases, name)[some] != getattr(old, name)[there]
    for name in ("parent", "first"):
        mine, its = getattr(cases, name)[some], getattr(old, name)[there]
        mine = np.where(mine >= 0, cases.opening[mine], -1)
        its = np.where(its >= 0, opening_now[its], -1)
        differs |= mine != its
    out[some] = differs
    return np.asarray(out)


def _since(
    before: Memory,
    memory: Memory,
    was: Ints,
    other: Flags,
    differs: Flags,
    earlier: Ints,
    gone: Ints,
) -> int:
    """Return the earliest moment whose figures may be others than before."""
    rows, cases, old = memory.rows, memory.cases, before.cases
    moments = [np.array([NEVER])]
    knew = np.append(known_at(before.rows, before.end), False)[was]
    came = other | (memory.known & ~knew)
    moments.append(rows.reported[came])
    moments.append(before.rows.reported[was[came & (was >= 0)]])
    moments.append(before.rows.reported[old.opening[gone]])

    now = np.flatnonzero(differs)
    opened = rows.reported[cases.opening[now]]
    then = earlier[now]
    is_new = then < 0
    moments.append(opened[is_new])
    now, then, opened = now[~is_new], then[~is_new], opened[~is_new]
    state, earlier_state = memory.state[now], before.state[then]
    first, old_first = cases.opening[cases.first[now]], old.opening[old.first[then]]
    moves = (
        (cases.case_link[now] != old.case_link[then])
        | (rows.reported[first] != before.rows.reported[old_first])
        | (was[first] != old_first)
        | ((state == CANCELLED) != (earlier_state == CANCELLED))
    )
    moments.append(opened[moves])
    verified, earlier_verified = cases.verified[now], old.verified[then]
    closes = (verified != earlier_verified) | (cases.unverified[now] != old.unverified[then])
    closes |= (state == VERIFIED) != (earlier_state == VERIFIED)
    moments.append(np.minimum(verified, earlier_verified)[closes])
    return int(min(part.min() for part in moments if len(part)))
