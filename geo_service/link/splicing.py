"""Cases that stay and cases that were made anew, put together in the order of their openings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_service.link.rows import Codes
from geo_service.link.standing import Cases, Small
from geo_service.link.sweep import Made, Revised

if TYPE_CHECKING:
    from geo_service.link.arriving import Arrived
    from geo_service.link.memory import Memory

Ints = NDArray[np.signedinteger[Any]]
_OPENING = ("parent", "episode", "case_link", "gap", "beyond")
"""What a case has of its opening alone."""


class Spliced(NamedTuple):
    """All reports and cases, k of these.

    Parameters
    ----------
    case, link
        Of each report; shape (n,).
    cases
        In the order of their openings.
    anew
        Those that may be others than before; ascending.
    kept
        Number before of each of the others, any for those made anew; shape (k,).
    rows
        Reports that were linked anew.
    """

    case: Codes
    link: Small
    cases: Cases
    anew: Ints
    kept: Ints
    rows: Ints


def opened_by(cases: Cases, rows: NDArray[Any]) -> Ints:
    """Return which case each of some reports opened, -1 where none."""
    if not len(cases.opening):
        return np.full(len(rows), -1, dtype=np.int64)
    place = np.searchsorted(cases.opening, rows).clip(max=len(cases.opening) - 1)
    return np.where(cases.opening[place] == rows, place, -1)


def spliced(memory: Memory, come: Arrived, made: Made, gone: Ints, new: Revised) -> Spliced:
    """Put together what stays and what the stretches became.

    Parameters
    ----------
    memory
        What was there before.
    come
        Where reports are and were.
    made, new
        What the stretches were made from, and what became of them.
    gone
        Cases whose opening report went.
    """
    before, now, was = memory.cases, come.now, come.was
    count = len(was)
    changed = new.stop[new.site_row] > 0
    opening = new.row[new.output.opening]
    number = opened_by(before, made.was[opening])
    goes_on = changed & _last(new.site_row) & (new.stop[new.site_row] < count)
    fresh = np.flatnonzero(changed & ~goes_on)
    fresh = fresh[np.argsort(opening[fresh], kind="stable")]
    looked, slots, went = _looked_at(before, made, new, changed)
    went = np.concatenate([went, gone])
    went = went[~np.isin(went, number[goes_on])]

    stays = np.ones(len(before.opening), dtype=np.bool_)
    stays[went] = False
    kept = np.flatnonzero(stays)
    then = before.opening if come.still else now[before.opening]
    at = np.searchsorted(then[kept], opening[fresh])
    source = np.insert(kept, at, 0)
    anew = at + np.arange(len(at))
    old = np.ones(len(source), dtype=np.bool_)
    old[anew] = False
    place = np.full(len(before.opening) + 1, -1, dtype=np.int32)
    place[kept] = np.flatnonzero(old)
    same = number[fresh] >= 0
    place[number[fresh[same]]] = anew[same]

    cases = Cases._make(column[source] for column in before)
    cases = cases._replace(
        opening=then[source], parent=place[cases.parent], first=place[cases.first]
    )
    made_anew = Cases.of(new.output, new.row)
    for name in Cases._fields:
        getattr(cases, name)[anew] = getattr(made_anew, name)[fresh]
    cases.first[anew] = opened_by(cases, new.site_row[fresh])
    # a stretch begins with a case whose opening is as it was, and ends with one that goes on
    ends = np.flatnonzero(goes_on)
    its = np.full(len(opening) + 1, -1, dtype=np.int64)
    its[fresh], its[ends] = anew, place[number[ends]]
    cases.parent[anew] = its[made_anew.parent[fresh]]
    begins = (new.base[new.site_row[fresh]] == opening[fresh]) & (
        new.site_row[fresh] != opening[fresh]
    )
    _as_before(cases, before, anew[begins], number[fresh[begins]], place)
    shift = made_anew.episode[ends] - before.episode[number[ends]]
    for name in _OPENING[1:]:
        getattr(cases, name)[its[ends]] = getattr(made_anew, name)[ends]
    cases.parent[its[ends]] = its[made_anew.parent[ends]]
    later = _renumbered(cases, its[ends], shift)

    if come.still:
        case, code = place[memory.case], memory.link.copy()
    else:
        case, code = place[memory.case[was]], memory.link[was]
    case[looked], code[looked] = its[new.output.case[slots]], new.output.link[slots]
    touched = np.unique(np.concatenate([anew, its[ends], later]))
    return Spliced(case, code, cases, touched, source, looked)


def _looked_at(
    before: Cases, made: Made, new: Revised, changed: NDArray[np.bool_]
) -> tuple[Ints, Ints, Ints]:
    """Return reports that were linked anew, their slots, and cases that were made of them."""
    slots = np.flatnonzero(new.applied)
    was = made.was[new.row[slots]]
    case = np.where(was >= 0, made.case[was], -1)
    home = np.where(case >= 0, made.now[before.opening[before.first[case]]], -1)
    told = (case >= 0) & ((home < 0) | (new.stop[home] > 0))
    then = case[told]
    went = then[before.opening[then] == was[told]]
    its = new.output.case[slots]
    told |= (its >= 0) & np.append(changed, False)[its]
    return new.row[slots[told]], slots[told], went


def _last(site: Ints) -> NDArray[np.bool_]:
    """Tell which case is the last of its site; they are in the order of making."""
    last = np.zeros(len(site), dtype=np.bool_)
    _, from_behind = np.unique(site[::-1], return_index=True)
    last[len(site) - 1 - from_behind] = True
    return last


def _as_before(cases: Cases, before: Cases, which: Ints, then: Ints, place: Codes) -> None:
    """Let some cases be opened as they were."""
    for name in _OPENING[1:]:
        getattr(cases, name)[which] = getattr(before, name)[then]
    cases.parent[which] = place[before.parent[then]]


def _renumbered(cases: Cases, which: Ints, shift: Codes) -> Ints:
    """Count on where a site has more or fewer cases before `which` than it had."""
    moves = shift != 0
    if not moves.any():
        return which[:0]
    site = cases.first[which[moves]]
    moved = np.zeros(len(cases.first), dtype=np.bool_)
    moved[site] = True
    later = np.flatnonzero(moved[cases.first])
    turn = np.argsort(site)
    number = turn[np.searchsorted(site[turn], cases.first[later])]
    after = later > which[moves][number]
    later = later[after]
    cases.episode[later] += shift[moves][number[after]]
    return later
