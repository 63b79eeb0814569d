"""What linking found, as the tables that figures read: words as numbers, nothing looked up."""

import numpy as np
import pandas as pd

from geo_service import forecast, link
from geo_service.link import Ints, Memory
from geo_service.measure import Pairs, to_metres
from geo_service.rebound import Histories
from geo_service.terms import LINKS

_WEEK = 7 * link.DAY


def coded_reports(memory: Memory) -> pd.DataFrame:
    """Return `area_id category reported_at` of the reports that are known."""
    known, rows, words = memory.known, memory.rows, memory.words
    return pd.DataFrame(
        {
            "area_id": link.words_of(rows.area[known], words.areas),
            "category": link.words_of(rows.category[known], words.categories),
            "reported_at": link.times(rows.reported[known]),
        }
    )


def seen_reports(memory: Memory) -> pd.DataFrame:
    """Return `report_id category lon lat precision` of the reports that are known, as texts.

    `precision` only says whether a report has a point of its own.
    """
    rows, words = memory.rows.take(np.flatnonzero(memory.known)), memory.words
    return pd.DataFrame(
        {
            "report_id": rows.report_id,
            "category": link.named(words.categories, rows.category),
            "lon": rows.lon,
            "lat": rows.lat,
            "precision": link.words_of((~rows.own_point).astype(np.int32), ("point", "none")),
        }
    )


def coded_cases(memory: Memory) -> pd.DataFrame:
    """Return what figures read of CASES, in the order of the openings."""
    rows, words, cases, state = memory.rows, memory.words, memory.cases, memory.state
    opening = cases.opening
    verified = np.where(state == link.CANCELLED, link.NEVER, cases.verified)
    return pd.DataFrame(
        {
            "category": link.words_of(rows.category[opening], words.categories),
            "area_id": link.words_of(rows.area[opening], words.areas),
            "lon": rows.lon[opening],
            "lat": rows.lat[opening],
            "opened_at": link.times(rows.reported[opening]),
            "verified_at": link.times(verified),
            "unverified": cases.unverified & (verified != link.NEVER),
            "state": link.words_of(state.astype(np.int32), link.STATES),
            "link": link.words_of(cases.link.astype(np.int32), tuple(LINKS)),
        }
    )


def coded_spells(memory: Memory) -> pd.DataFrame:
    """Return what figures read of SPELLS, and of their cases.

    Those are `source`, the opening report's, `opened_at` and `fixed_at`.
    """
    spells = memory.spells
    told = pd.DataFrame(
        {
            "started_at": link.times(spells.started),
            "ended_at": link.times(spells.ended),
            "returned": spells.following >= 0,
            "unverified": spells.unverified,
            "opened_at": link.times(memory.opened[spells.case]),
            "fixed_at": link.times(memory.cases.fixed[spells.case]),
        }
    )
    return _of_cases(memory, spells.case).join(told)


def histories(memory: Memory) -> Histories:
    """Return what became of fixes, cases and sites before the memory's end."""
    cases, state = memory.cases, memory.state
    standing = np.flatnonzero(state != link.CANCELLED)
    told = pd.DataFrame(
        {
            "reports": cases.rows[standing].astype(np.int64),
            "reworks": cases.reworks[standing].astype(np.int64),
            "beyond_window": cases.beyond[standing],
            "lapsed": state[standing] == link.LAPSED,
        }
    )
    return Histories(
        _fixes(memory, standing), _of_cases(memory, standing).join(told), *_sites(memory, standing)
    )


def _of_cases(memory: Memory, case: Ints) -> pd.DataFrame:
    rows, words, opening = memory.rows, memory.words, memory.cases.opening[case]
    return pd.DataFrame(
        {
            "category": link.words_of(rows.category[opening], words.categories),
            "area_id": link.words_of(rows.area[opening], words.areas),
            "source": link.words_of(rows.source[opening], words.sources),
            "episode": memory.cases.episode[case],
        }
    )


def _fixes(memory: Memory, standing: Ints) -> pd.DataFrame:
    cases, opened = memory.cases, memory.opened
    next_opened = np.append(opened, link.NEVER)[memory.following]
    # what was fixed after the site had its next case ends nothing that could return
    last = standing[(cases.fixed[standing] < memory.end)]
    last = last[next_opened[last] > cases.fixed[last]]
    sent, before, back = _sent_back(memory)
    case = np.concatenate([sent, last])
    start = np.concatenate([before, cases.fixed[last]])
    stop = np.concatenate([back, np.minimum(next_opened[last], memory.end)])
    returned = np.concatenate([np.ones(len(sent), dtype=np.bool_), next_opened[last] < memory.end])
    told = pd.DataFrame(
        {
            "opened_at": link.times(opened[case]),
            "started_at": link.times(start),
            "ended_at": link.times(np.maximum(stop, start + link.MINUTE)),
            "returned": returned,
            "rework": np.arange(len(case)) < len(sent),
            "unverified": cases.unverified[case],
        }
    )
    return _of_cases(memory, case).join(told)


def _sent_back(memory: Memory) -> tuple[Ints, Ints, Ints]:
    """Return case, fix and moment of each rework whose fix is known: the case's last before it."""
    rows, of_case = memory.rows, memory.case
    reworked = np.zeros(len(memory.state), dtype=np.bool_)
    back = np.flatnonzero((memory.link == link.REWORK) & (of_case >= 0))
    reworked[of_case[back]] = True
    reworked &= memory.state != link.CANCELLED
    back = back[reworked[of_case[back]]]
    fixed = np.flatnonzero((of_case >= 0) & (rows.fixed != link.NEVER))
    fixed = fixed[reworked[of_case[fixed]]]
    case = np.concatenate([of_case[fixed], of_case[back]]).astype(np.int64)
    moment = np.concatenate([rows.fixed[fixed], rows.reported[back]])
    is_back = np.arange(len(case)) >= len(fixed)
    order = np.lexsort((is_back, moment, case))
    case, moment, is_back = case[order], moment[order], is_back[order]
    follows = np.flatnonzero(is_back[1:] & ~is_back[:-1] & (case[1:] == case[:-1])) + 1
    return case[follows], moment[follows - 1], moment[follows]


def _sites(memory: Memory, standing: Ints) -> tuple[pd.DataFrame, pd.DataFrame]:
    cases, spells = memory.cases, memory.spells
    opened = memory.rows.reported[cases.opening]
    begin = np.full(len(cases.opening), link.NEVER)
    np.minimum.at(begin, cases.first[spells.case], spells.started)
    first = np.flatnonzero(begin != link.NEVER)
    number = np.full(len(begin), -1, dtype=np.int64)
    number[first] = np.arange(len(first))
    later = standing[opened[standing] > begin[cases.first[standing]]]
    site = cases.first[later]
    sites = _of_cases(memory, first).assign(followed=(memory.end - begin[first]) / link.DAY)
    day = (opened[later] - begin[site]) / link.DAY
    return sites, pd.DataFrame({"site": number[site], "day": day})


def state_of(memory: Memory) -> dict[str, int]:
    """Return the counts that stand above every page, of the reports known and their cases."""
    rows, cases, state, known = memory.rows, memory.cases, memory.state, memory.known
    counts = np.bincount(state, minlength=len(link.STATES))
    returned = (cases.link == link.REBOUND) & (state != link.CANCELLED)
    returned &= memory.opened >= memory.end - _WEEK
    closed = (state != link.CANCELLED) & (cases.verified < memory.end)
    return {
        "reports": int(known.sum()),
        "unlocated": int((rows.area[known] < 0).sum()),
        "without_point": int(rows.pointless[known].sum()),
        "cases": len(state),
        "open": int(counts[link.FIXED] + counts[link.OPEN :].sum()),
        "verified": int(counts[link.VERIFIED]),
        "lapsed": int(counts[link.LAPSED]),
        "cancelled": int(counts[link.CANCELLED]),
        "unverified": int((cases.unverified & closed).sum()),
        "returned_7": int(returned.sum()),
        "sites": len(np.unique(cases.first)),
    }


def past_of_sites(
    memory: Memory, cases: pd.DataFrame, pairs: Pairs, epsg: int, due: Ints | None = None
) -> tuple[forecast.Past, Ints]:
    """Return the cases that stand as a ranking reads them, and which of all they are.

    Parameters
    ----------
    cases
        Of the memory, as :func:`coded_cases` gives them.
    epsg
        The zone of metres.
    due
        Deadlines of all of `cases`, microseconds, ``NEVER`` without; None: nobody has any.
    """
    rows, found = memory.rows, memory.cases
    which = np.flatnonzero(memory.state != link.CANCELLED)
    opening = found.opening[which]
    known = np.maximum(memory.opened, rows.received[found.opening])
    back = np.append(known, link.NEVER)[memory.following[which]]
    closed = found.verified[which]
    verified = (memory.state[which] == link.VERIFIED) & (closed != link.NEVER)
    closed = np.where(verified, np.maximum(closed, known[which]), link.NEVER)
    # what a source never closes cannot come back
    closes = np.zeros(len(memory.words.sources) + 1, dtype=np.bool_)
    said = np.minimum(np.minimum(rows.fixed, rows.verified), rows.closed) != link.NEVER
    closes[rows.source[said]] = True
    lapsed = found.last[which] + int(link.LinkParams().duplicate_days * link.DAY)
    lapsed = np.where(memory.state[which] == link.LAPSED, lapsed, link.NEVER)
    until = np.where(verified, closed, np.minimum(lapsed, back))
    x, y = to_metres(rows.lon[opening], rows.lat[opening], epsg)
    past = forecast.Past(
        pair=pairs.number(cases)[which],
        whole=pairs.whole_area(cases)[which],
        category=rows.category[opening].astype(np.int64),
        site=found.first[which].astype(np.int64),
        earlier=found.episode[which].astype(np.int64) - 1,
        rebound=found.link[which] == link.REBOUND,
        x=x,
        y=y,
        opened=known[which],
        closed=closed,
        back=back,
        until=np.where(closes[rows.source[opening]], until, known[which]),
        due=np.full(len(which), link.NEVER) if due is None else due[which],
    )
    return past, which


def surroundings_of(memory: Memory, past: forecast.Past, which: Ints) -> forecast.Surroundings:
    """Return what lies around the sites of `past`, whose cases are `which` of the memory's."""
    number = np.full(len(memory.state) + 1, -1, dtype=np.int64)
    number[which] = np.arange(len(which))
    joins = number[memory.case]
    known = memory.known & (joins >= 0)
    return forecast.Surroundings.of(past, joins[known], memory.rows.reported[known])
