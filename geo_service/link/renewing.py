"""Late facts: what they can have changed is linked anew, and all else stands as it was."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.link.arriving import Arrived, arrived, at_the_same_moment
from geo_service.link.closures import NEVER, Times
from geo_service.link.comparing import Renewed, compared, differ
from geo_service.link.grid import Grid, grid_of, grown
from geo_service.link.memory import Linking, Memory, solved
from geo_service.link.reaches import Terms
from geo_service.link.revising import revise
from geo_service.link.rows import Codes, Flags, Rows, rows_of
from geo_service.link.solving import (
    REACH_SLACK_M,
    closings_of,
    known_at,
    sources_that_close,
    windows_by_source,
)
from geo_service.link.splicing import Spliced, spliced
from geo_service.link.standing import Small, states_of
from geo_service.link.sweep import Changes, Facts, Made
from geo_service.measure import microseconds_of

Ints = NDArray[np.signedinteger[Any]]
_SPOT = ("category", "lon", "lat", "own_point")
_PLACE = ("reported", "category", "source", "lon", "lat", "only_joins")


class _News(NamedTuple):
    """What has to be linked anew.

    Parameters
    ----------
    fresh
        Reports that came; ascending.
    revealed
        Others of which something became known by the passing of time.
    comes
        Those that take part from now on, or elsewhere than before.
    facts
        Those of which something else is known, where they were.
    went
        Of the reports before, those that take no part any more, or elsewhere.
    """

    fresh: Ints
    revealed: Ints
    comes: Ints
    facts: Ints
    went: Ints


def renew(before: Memory, reports: pd.DataFrame, linking: Linking, as_of: datetime) -> Renewed:
    """Link anew what facts that came can have changed.

    Parameters
    ----------
    before
        As of a moment not after `as_of`, with the same categories, distances and windows.
    reports
        Located REPORTS that are new, or that may say something else than before.
    """
    end = microseconds_of(as_of)
    fresh, words = rows_of(reports, before.words)
    come = arrived(before.rows, fresh)
    terms = linking.terms(words)
    news = _news(before, come, end)
    closes = _closes(before, come, news, end, len(words.sources))
    if closes is None or not len(before.state):
        # a source that begins to close changes the windows of all that it ever opened
        return _all(before, come, solved(come.rows, words, linking, end))
    earlier, grid = _grids(before, come, terms, linking.epsg)
    window = windows_by_source(closes, terms)
    was, now = _places(come, news)
    facts = Facts(
        come.rows.reported,
        come.rows.category,
        come.rows.source,
        come.rows.only_joins,
        come.rows.fixed,
        come.rows.verified,
        come.rows.closed,
        come.rows.cancelled,
        known_at(come.rows, end) & come.rows.own_point,
        window,
        terms.rebound_window,
        terms.reach + REACH_SLACK_M,
        terms.tie,
        end,
    )
    cases = before.cases
    changes = _changes(before, come, news, earlier)
    made = Made(
        before.case, before.link, cases.opening, cases.first, cases.parent, cases.episode, was, now
    )
    new = revise(facts, grid, made, changes)
    if not new.done:
        return _all(before, come, solved(come.rows, words, linking, end))
    gone = changes.gone_case
    splice = spliced(before, come, made, gone[now[cases.opening[gone]] < 0], new)
    out = np.concatenate([news.fresh[come.was[news.fresh] < 0], come.now[news.went]])
    out = np.setdiff1d(out, splice.rows)
    splice.case[out], splice.link[out] = -1, -1
    state = _states(before, splice, come.rows, window, end)
    memory = Memory(
        come.rows, words, end, closes, splice.case, splice.link, splice.cases, state, grid
    )
    rows = np.concatenate([splice.rows, out])
    return compared(before, memory, come, splice.anew, splice.kept, rows)


def _all(before: Memory, come: Arrived, memory: Memory) -> Renewed:
    """Compare everything, after all was linked anew."""
    every = np.arange(len(memory.state))
    return compared(before, memory, come, every, every, np.arange(len(come.was)))


def _news(before: Memory, come: Arrived, end: int) -> _News:
    rows, old = come.rows, before.rows
    fresh = come.fresh
    there = come.was[fresh]
    again = there >= 0
    mine, its = rows.take(fresh), old.take(there)
    takes_part = known_at(mine, end) & mine.own_point
    took_part = again & known_at(its, before.end) & its.own_point
    both = takes_part & took_part
    same = np.arange(len(fresh))
    elsewhere = both & differ(mine, same, its, same, _PLACE)
    then, by_now = closings_of(its, before.end), closings_of(mine, end)
    other = np.zeros(len(fresh), dtype=np.bool_)
    for name in ("fixed", "verified", "unverified", "cancelled"):
        other |= getattr(then, name) != getattr(by_now, name)
    comes, facts = fresh[takes_part & (~took_part | elsewhere)], fresh[both & ~elsewhere & other]

    revealed = np.empty(0, dtype=np.int64)
    if end > before.end:
        shown = _became_known(rows, before.end, end)
        shown[fresh] = False
        revealed = np.flatnonzero(shown)
        part = rows.own_point[revealed] & known_at(rows.take(revealed), end)
        new = ~known_at(old.take(come.was[revealed]), before.end)
        comes = np.union1d(comes, revealed[part & new])
        facts = np.union1d(facts, revealed[part & ~new])
    return _News(fresh, revealed, comes, facts, there[took_part & (~takes_part | elsewhere)])


def _became_known(rows: Rows, start: int, end: int) -> Flags:
    """Tell which rows name a moment from `start` on and before `end`."""
    out = np.zeros(len(rows.reported), dtype=np.bool_)
    for moment in (
        rows.reported,
        rows.received,
        rows.fixed,
        rows.verified,
        rows.closed,
        rows.cancelled,
    ):
        out |= (moment >= start) & (moment < end)
    return out


def _closes(before: Memory, come: Arrived, news: _News, end: int, sources: int) -> Flags | None:
    """Tell which sources close anything; None if one that had reports turned."""
    was = np.zeros(sources + 1, dtype=np.bool_)
    was[: len(before.closes) - 1], was[-1] = before.closes[:-1], before.closes[-1]
    told = come.rows.take(np.concatenate([news.fresh, news.revealed]))
    by_now = sources_that_close(told, known_at(told, end), closings_of(told, end), sources)
    there = come.was[news.fresh]
    its = before.rows.take(there[there >= 0])
    then = sources_that_close(its, known_at(its, before.end), closings_of(its, before.end), sources)
    closes = was | by_now
    if (then & ~by_now).any():
        rows = come.rows
        closes = sources_that_close(rows, known_at(rows, end), closings_of(rows, end), sources)
    if (closes != was).any():
        had = np.zeros(sources + 1, dtype=np.bool_)
        had[before.rows.source] = True
        if (had & (closes != was)).any():
            return None
    return closes


def _grids(before: Memory, come: Arrived, terms: Terms, epsg: int) -> tuple[Grid, Grid]:
    """Return the grid of the reports before, and of those by now."""
    grid = before.grid or grid_of(before.rows, terms, epsg)
    there = come.was[come.fresh]
    moved = (there < 0) | differ(come.rows, come.fresh, before.rows, there, _SPOT)
    if not moved.any():
        return grid, grid
    stays = come.now.copy()
    stays[there[moved & (there >= 0)]] = -1
    return grid, grown(grid, come.rows, come.fresh[moved], stays, terms, epsg)


def _places(come: Arrived, news: _News) -> tuple[Codes, Codes]:
    """Return where reports were and are, -1 where they took or take part elsewhere or not."""
    was, now = come.was.copy(), come.now.copy()
    was[news.comes] = -1
    now[news.went] = -1
    return was, now


def _changes(before: Memory, come: Arrived, news: _News, grid: Grid) -> Changes:
    old, cases = before.rows, before.cases
    there = come.was[news.facts]
    has = before.case[there] >= 0
    case, which = np.unique(before.case[there[has]], return_inverse=True)
    low = np.full(len(case), NEVER, dtype=np.int64)
    after = np.full(len(case), len(come.was), dtype=np.int64)
    its = old.take(there[has])
    for moment in (its.fixed, its.verified, its.closed, its.cancelled):
        np.minimum.at(low, which, moment)
    np.minimum.at(after, which, news.facts[has])
    went = news.went[before.case[news.went] >= 0]
    gone = before.case[went]
    first = cases.opening[cases.first[gone]]
    return Changes(
        loose=news.comes,
        facts=news.facts,
        case=case.astype(np.int64),
        low=low,
        after=after,
        gone_case=gone.astype(np.int64),
        gone_after=_last_before(come, went, old.reported),
        gone_x=grid.x[first],
        gone_y=grid.y[first],
        gone_category=old.category[first],
    )


def _last_before(come: Arrived, went: Ints, then: Times) -> Ints:
    """Return the last report now that is before each of some that were there.

    Those that came to the same moment may be left out.
    """
    at = come.rows.reported
    first, which, place = at_the_same_moment(at, then[went])
    was = come.was[place]
    stood = (was >= 0) & (was < went[which]) & (then[was] == at[place])
    last = first - 1
    np.maximum.at(last, which[stood], place[stood])
    return last


def _states(before: Memory, splice: Spliced, rows: Rows, window: Ints, end: int) -> Small:
    if end == before.end:
        state = before.state[splice.kept]
        which, cases = splice.anew, splice.cases.take(splice.anew)
    else:
        state = np.empty(len(splice.kept), dtype=np.int8)
        which, cases = np.arange(len(state)), splice.cases
    opening = cases.opening
    its = window[rows.source[opening], rows.category[opening]]
    state[which] = states_of(cases, rows.cancelled[opening], its, end)
    return state
