"""Facts that come: which reports they are, and where all reports are then."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo_service.link.closures import NEVER, Times
from geo_service.link.rows import Codes, Ids, Rows, texts_of
from geo_service.measure import id_rank

Ints = NDArray[np.signedinteger[Any]]


class Arrived(NamedTuple):
    """Reports after some came, or came again.

    Parameters
    ----------
    rows
        All reports, n of them.
    fresh
        Which of them came; ascending.
    was
        Where each was before, by its id, -1 where it was not; shape (n,).
    now
        Where each report before is; every one is somewhere.
    still
        Whether all are where they were, and none was added.
    """

    rows: Rows
    fresh: Ints
    was: Codes
    now: Codes
    still: bool = False


def arrived(old: Rows, new: Rows) -> Arrived:
    """Let `new` come to `old`; one that comes again says all that is said of it."""
    match = _found(old, new)
    if (match >= 0).all() and (old.reported[match] == new.reported).all():
        return _in_place(old, new, match)
    gone = np.zeros(len(old.reported), dtype=np.bool_)
    gone[match[match >= 0]] = True
    rows, came = _merged(old, new, gone)
    count = len(gone)
    is_fresh = came >= count
    fresh = np.flatnonzero(is_fresh)
    was = came
    was[fresh] = match[came[fresh] - count]
    now = np.empty(count, dtype=np.int32)
    known = np.flatnonzero(was >= 0)
    now[was[known]] = known
    return Arrived(rows, fresh, was.astype(np.int32), now)


def _in_place(old: Rows, new: Rows, match: Ints) -> Arrived:
    columns: list[Any] = []
    for name in Rows._fields[1:]:
        mine: NDArray[Any] = getattr(old, name)
        its: NDArray[Any] = getattr(new, name)
        before = mine[match]
        same = before == its
        if mine.dtype.kind == "f":
            same |= np.isnan(before) & np.isnan(its)
        column = mine
        if not same.all():
            column = mine.copy()
            column[match] = its
        columns.append(column)
    stay = np.arange(len(old.reported), dtype=np.int32)
    return Arrived(Rows(old.report_id, *columns), np.sort(match), stay, stay, still=True)


def at_the_same_moment(at: Times, moments: Times) -> tuple[Ints, Ints, Ints]:
    """Return which rows stand at each of some moments.

    Parameters
    ----------
    at
        Moments of the rows, ascending.

    Returns
    -------
    first, which, place
        The first row not before each moment; and for each row at one of them the number of the
        moment, and the row.

    >>> [part.tolist() for part in at_the_same_moment(np.array([1, 3, 3, 4]), np.array([3, 2]))]
    [[1, 1], [0, 0], [1, 2]]
    """
    first = np.searchsorted(at, moments, side="left")
    count = np.searchsorted(at, moments, side="right") - first
    which = np.repeat(np.arange(len(first)), count)
    place = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(which))
    return first, which, place


def _found(old: Rows, new: Rows) -> Ints:
    """Return where each of `new` is in `old`, by its id, -1 where it is not."""
    # most that come again do so with their moment, and rows stand in the order of moments
    first, which, place = at_the_same_moment(old.reported, new.reported)
    same = _texts(old.report_id[place]) == _texts(new.report_id[which])
    found = np.full(len(first), -1, dtype=np.int64)
    found[which[same]] = place[same]
    left = np.flatnonzero(found < 0)
    if len(left):
        wanted, ids = pa.array(new.report_id[left]), pa.array(old.report_id)
        places = np.flatnonzero(np.asarray(pc.is_in(ids, value_set=wanted).fill_null(False)))
        at = pc.index_in(wanted, value_set=ids.take(pa.array(places))).fill_null(-1)
        number = np.asarray(at, dtype=np.int64)
        found[left] = np.where(number >= 0, np.append(places, -1)[number], -1)
    return found


def _texts(ids: Ids) -> NDArray[np.object_]:
    return np.asarray(ids, dtype=object)


def _merged(old: Rows, new: Rows, gone: NDArray[np.bool_]) -> tuple[Rows, Ints]:
    """Return `old` without those of `gone` together with `new`, and where each came from.

    Returns
    -------
    rows, came
        `came` is a row of `old`, or the number of old rows and a row of `new`; shape (n,).
    """
    kept = np.flatnonzero(~gone)
    at, new_at = old.reported[kept], new.reported
    # most moments are nobody else's; where one is, the order of ids decides among all of it
    place = np.searchsorted(at, new_at, side="left")
    tied = np.flatnonzero(np.append(at, NEVER)[place] == new_at)
    if len(tied):
        place = place.copy()
        place[tied] = _among_equals(old, kept, at, new, tied)
    count = len(gone)
    turn = np.lexsort((np.arange(len(new_at)), place))
    came = np.insert(kept, place[turn], count + turn)
    is_new = came >= count
    columns: list[Any] = []
    for name in Rows._fields[1:]:
        mine: NDArray[Any] = getattr(old, name)
        its: NDArray[Any] = getattr(new, name)
        column = mine[np.where(is_new, 0, came)]
        column[is_new] = its[came[is_new] - count]
        columns.append(column)
    ids = pa.concat_arrays([texts_of(old.report_id), texts_of(new.report_id)]).take(pa.array(came))
    return Rows(pd.array(ids, dtype="str"), *columns), came


def _among_equals(old: Rows, kept: Ints, at: Ints, new: Rows, tied: Ints) -> Ints:
    """Return before which kept row each of some new ones stands that share their moment."""
    first, which, place = at_the_same_moment(at, new.reported[tied])
    ids = np.concatenate([_texts(old.report_id[kept[place]]), _texts(new.report_id[tied])])
    rank = id_rank(ids)
    before = rank[: len(which)] < rank[len(which) :][which]
    return first + np.bincount(which[before], minlength=len(tied))
