"""Two memories side by side: which reports, cases and weeks are others than before."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_service.link.arrays import NEVER, Codes, Flags, Ints
from geo_service.link.memory import CANCELLED, VERIFIED, Memory
from geo_service.link.rows import places_of

_PLACING = ("reported", "category", "area", "lon", "lat", "own_point")
_LIKE = (
    *("episode", "rows", "reworks", "link", "fixed", "verified", "gap", "confirmed"),
    *("unverified", "beyond", "given_up", "hand", "stage"),
)


@dataclass(frozen=True)
class Renewed:
    """Where a memory differs from the one before.

    Parameters
    ----------
    rows
        Reports whose case, link or place may be others than before; numbers into the memory.
    cases
        Cases that may be others than before, or their spells, and the first ones of their sites.
    gone
        Ids of reports that opened a case before and do not now.
    since
        No figure of a moment before this one can have changed, microseconds.
    """

    rows: Ints
    cases: Ints
    gone: NDArray[np.object_]
    since: int


def compare(before: Memory, memory: Memory, told: Collection[str] = ()) -> Renewed:
    """Return where `memory` differs, by the ids of reports, from `before`, which saw less.

    Of the reports `told` something was said since: what stands written of them may be stale.
    """
    was = places_of(memory.rows.report_id, before.rows.report_id)
    now = np.full(len(before.rows.reported) + 1, -1, dtype=np.int64)
    now[was[was >= 0]] = np.flatnonzero(was >= 0)
    stale = np.zeros(len(was), dtype=np.bool_)
    at = places_of(list(told), memory.rows.report_id)
    stale[at[at >= 0]] = True

    cases, old = memory.cases, before.cases
    opened, old_opened = _opened(memory), _opened(before)
    # what number each case had whose opening report opened one before
    earlier = old_opened[was[cases.opening]]
    gone = np.flatnonzero(opened[now[old.opening]] < 0)
    moved = _placed_otherwise(before, memory, was)
    differs = _cases_differ(before, memory, now, earlier) | (moved | stale)[cases.opening]
    # a case ends the spell before it; where one left a site, any may follow any
    touched = differs | np.append(differs, False)[memory.following]
    site = np.append(opened[now[old.opening[old.first]]], -1)
    moves = differs & (earlier >= 0) & (site[earlier] != cases.first)
    whole = np.zeros(len(differs) + 1, dtype=np.bool_)
    whole[site[np.concatenate([gone, earlier[moves]])]] = True
    touched |= whole[cases.first]
    touched[cases.first[touched]] = True

    opening = np.append(cases.opening, -1)[memory.case]
    old_opening = np.append(now[old.opening], -1)[np.append(before.case, -1)[was]]
    moves = (opening != old_opening) | (memory.link != np.append(before.link, -1)[was])
    moments = [
        _of_reports(before, memory, was, now, moved),
        _of_cases(before, memory, was, np.flatnonzero(differs), earlier),
        before.opened[gone],
    ]
    return Renewed(
        rows=np.flatnonzero(moves | stale | (was < 0)),
        cases=np.flatnonzero(touched),
        gone=np.asarray(before.rows.report_id[old.opening[gone]], dtype=object),
        since=int(np.concatenate(moments).min(initial=NEVER)),
    )


def _opened(memory: Memory) -> Codes:
    """Return which case each report opened, -1 if none; the last is of no report."""
    out = np.full(len(memory.rows.reported) + 1, -1, dtype=np.int32)
    out[memory.cases.opening] = np.arange(len(memory.state))
    return out


def _placed_otherwise(before: Memory, memory: Memory, was: Ints) -> Flags:
    """Tell which reports are new, or lie elsewhere in time, place or category than before."""
    out = was < 0
    if not len(before.rows.reported):
        return out
    for name in _PLACING:
        mine, its = getattr(memory.rows, name), getattr(before.rows, name)[was]
        same = mine == its
        if mine.dtype.kind == "f":
            same |= np.isnan(mine) & np.isnan(its)
        out |= ~same
    return out


def _cases_differ(before: Memory, memory: Memory, now: Ints, earlier: Codes) -> Flags:
    """Tell which cases are new, or differ in anything that is kept of a case."""
    out = earlier < 0
    if not len(before.state):
        return out
    cases, old = memory.cases, before.cases
    out |= memory.state != before.state[earlier]
    for name in _LIKE:
        out |= getattr(cases, name) != getattr(old, name)[earlier]
    for name in ("parent", "first"):
        mine = np.append(cases.opening, -1)[getattr(cases, name)]
        its = np.append(now[old.opening], -1)[getattr(old, name)[earlier]]
        out |= mine != its
    return out


def _of_reports(before: Memory, memory: Memory, was: Ints, now: Ints, moved: Flags) -> Ints:
    """Return when reports were made, and had been, that count otherwise than before."""
    known, knew = np.append(memory.known, False), np.append(before.known, False)
    came = moved | (known[:-1] != knew[was])
    lost = known[now[:-1]] != knew[:-1]
    old_at = np.append(before.rows.reported, NEVER)
    return np.concatenate([memory.rows.reported[came], old_at[was[came]], old_at[:-1][lost]])


def _of_cases(before: Memory, memory: Memory, was: Ints, which: Ints, earlier: Codes) -> Ints:
    """Return from when on cases that differ count otherwise than before."""
    cases, old, then = memory.cases, before.cases, earlier[which]
    opened = memory.opened[which]
    kept = then >= 0
    which, then = which[kept], then[kept]
    state, earlier_state = memory.state[which], before.state[then]
    first, old_first = cases.opening[cases.first[which]], old.opening[old.first[then]]
    moves = (
        (cases.link[which] != old.link[then])
        | (memory.rows.reported[first] != before.rows.reported[old_first])
        | (was[first] != old_first)
        | ((state == CANCELLED) != (earlier_state == CANCELLED))
    )
    closes = (state == VERIFIED) != (earlier_state == VERIFIED)
    closed = np.full(len(which), NEVER)
    for name in ("verified", "confirmed"):
        mine, its = getattr(cases, name)[which], getattr(old, name)[then]
        closes |= mine != its
        np.minimum(closed, np.minimum(mine, its), out=closed)
    closes |= cases.unverified[which] != old.unverified[then]
    return np.concatenate([opened[~kept], opened[kept][moves], closed[closes]])
