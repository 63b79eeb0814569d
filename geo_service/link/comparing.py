"""Two memories side by side: which rows, cases and moments are others than before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geo_service.link.arriving import Arrived
from geo_service.link.closures import NEVER
from geo_service.link.rows import Flags, Rows
from geo_service.link.solving import known_at
from geo_service.link.splicing import opened_by
from geo_service.link.standing import CANCELLED, VERIFIED

if TYPE_CHECKING:
    from geo_service.link.memory import Memory

Ints = NDArray[np.signedinteger[Any]]
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


def compared(
    before: Memory, memory: Memory, come: Arrived, anew: Ints, kept: Ints, rows: Ints
) -> Renewed:
    """Compare a memory with the one before.

    Parameters
    ----------
    come
        Where reports were and are, and which of them came now.
    anew
        Cases that were made anew; ascending.
    kept
        What number each of the other cases had; shape (k,).
    rows
        Reports that were linked anew, or are not linked any more; ascending.
    """
    if not len(before.state):
        return _all_new(memory, np.union1d(rows, come.fresh))
    cases, old = memory.cases, before.cases
    fresh, there = come.fresh, come.was[come.fresh]
    other = there < 0
    again = np.flatnonzero(~other)
    other[again] = differ(memory.rows, fresh[again], before.rows, there[again], _PLACING)

    # what number each case had whose opening report opened one before
    earlier = kept.copy()
    earlier[anew] = opened_by(old, come.was[cases.opening[anew]])
    differs = _cases_differ(before, memory, come, earlier, anew)
    mine = opened_by(cases, fresh[other])
    differs[mine[mine >= 0]] = True
    left = np.unique(before.case[come.was[rows[come.was[rows] >= 0]]])
    left = left[left >= 0]
    gone = left[opened_by(cases, come.now[old.opening[left]]) < 0]

    touched = _touched(before, memory, come, earlier, differs, gone)
    at = np.union1d(rows, fresh)
    was = come.was[at]
    case = memory.case[at]
    opening = np.where(case >= 0, cases.opening[case], -1)
    old_case = np.where(was >= 0, before.case[was], -1)
    old_link = np.where(was >= 0, before.link[was], -1)
    moves = opening != come.now[old.opening[old_case]]
    moves = np.where(old_case >= 0, moves, opening >= 0)
    moves |= (memory.link[at] != old_link) | np.isin(at, fresh)
    return Renewed(
        memory=memory,
        rows=at[moves],
        cases=touched,
        gone=np.asarray(before.rows.report_id[old.opening[gone]], dtype=object),
        since=_since(before, memory, come, other, np.flatnonzero(differs), earlier, gone),
    )


def _all_new(memory: Memory, rows: Ints) -> Renewed:
    """Return what differs where there was no case before."""
    return Renewed(
        memory=memory,
        rows=rows,
        cases=np.arange(len(memory.state)),
        gone=np.empty(0, dtype=object),
        since=int(memory.rows.reported[memory.known].min(initial=NEVER)),
    )


def _touched(
    before: Memory,
    memory: Memory,
    come: Arrived,
    earlier: Ints,
    differs: Flags,
    gone: Ints,
) -> Ints:
    """Return the cases that differ, those whose spells may, and the first ones of their sites."""
    cases, old = memory.cases, before.cases
    which = np.flatnonzero(differs)
    touched = differs.copy()
    # the spell before a case ends with it; where a case left a site, any may follow any
    touched[_before(memory, which)] = True
    moves = which[earlier[which] >= 0]
    site = old.first[earlier[moves]]
    moves = moves[site != opened_by(old, come.was[cases.opening[cases.first[moves]]])]
    left = np.concatenate([gone, earlier[moves]])
    site = opened_by(cases, come.now[old.opening[old.first[left]]])
    if (site >= 0).any():
        whole = np.zeros(len(differs), dtype=np.bool_)
        whole[cases.first[site[site >= 0]]] = True
        touched |= whole[cases.first]
    # what came may have been written meanwhile as it looked then
    mine = opened_by(cases, come.fresh)
    touched[mine[mine >= 0]] = True
    out = np.flatnonzero(touched)
    return np.union1d(out, cases.first[out]).astype(np.int64)


def _before(memory: Memory, which: Ints) -> Ints:
    """Return, of the sites of some cases, the latest case that stands before each."""
    parent = np.append(memory.cases.parent, -1)
    state = np.append(memory.state, -1)
    before = parent[which]
    # those between a case and its parent were cancelled when it was opened
    while (state[before] == CANCELLED).any():
        before = np.where(state[before] == CANCELLED, parent[before], before)
    return np.asarray(before[before >= 0])


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
    before: Memory, memory: Memory, come: Arrived, earlier: Ints, anew: Ints
) -> Flags:
    """Tell which cases are new, or differ in anything that is kept of a case."""
    cases, old = memory.cases, before.cases
    out = np.zeros(len(earlier), dtype=np.bool_)
    if memory.end != before.end:
        out = memory.state != before.state[earlier]
    there = earlier[anew]
    differs = (there < 0) | (memory.state[anew] != before.state[there])
    for name in _LIKE:
        differs |= getattr(cases, name)[anew] != getattr(old, name)[there]
    for name in ("parent", "first"):
        mine, its = getattr(cases, name)[anew], getattr(old, name)[there]
        mine = np.where(mine >= 0, cases.opening[mine], -1)
        its = np.where(its >= 0, come.now[old.opening[its]], -1)
        differs |= mine != its
    out[anew] = differs
    return np.asarray(out)


def _since(
    before: Memory,
    memory: Memory,
    come: Arrived,
    other: Flags,
    now: Ints,
    earlier: Ints,
    gone: Ints,
) -> int:
    """Return the earliest moment whose figures may be others than before."""
    rows, cases, old, was = memory.rows, memory.cases, before.cases, come.was
    moments = [np.array([NEVER])]
    fresh = come.fresh
    there = was[fresh]
    known = known_at(rows.take(fresh), memory.end)
    knew = (there >= 0) & known_at(before.rows.take(there), before.end)
    came = other | (known & ~knew)
    moments.append(rows.reported[fresh[came]])
    moments.append(before.rows.reported[there[came & (there >= 0)]])
    if memory.end != before.end:
        moments.append(rows.reported[memory.known & ~known_at(rows, before.end)])
    moments.append(before.rows.reported[old.opening[gone]])

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
