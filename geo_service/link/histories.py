"""What became of each fix, each case and each site, as frames for figures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.link.closures import NEVER, Times
from geo_service.link.coded import words_of
from geo_service.link.memory import Memory
from geo_service.link.params import DAY
from geo_service.link.rule_arrays import MINUTE, REWORK
from geo_service.link.standing import CANCELLED, LAPSED
from geo_service.link.tables import times

Ints = NDArray[np.int64]


class Histories(NamedTuple):
    """Frames whose `category area_id source episode` are those of the case.

    Parameters
    ----------
    fixes
        One row a fix of a case that stands, and `opened_at started_at ended_at returned rework
        unverified`: from the fix until the case was sent back or the site had its next case, or to
        the end of what is known.
    cases
        One row a case that stands, and `reports reworks beyond_window lapsed`.
    sites
        One row a site with a verified closure: `followed`, days since the first of them.
    returns
        One row a later case of such a site: `site`, its row in `sites`, and `day`.
    """

    fixes: pd.DataFrame
    cases: pd.DataFrame
    sites: pd.DataFrame
    returns: pd.DataFrame


def histories(memory: Memory) -> Histories:
    """Return what became of fixes, cases and sites before the memory's end."""
    cases, state = memory.cases, memory.state
    standing = np.flatnonzero(state != CANCELLED)
    told = pd.DataFrame(
        {
            "reports": cases.rows[standing].astype(np.int64),
            "reworks": cases.reworks[standing].astype(np.int64),
            "beyond_window": cases.beyond[standing],
            "lapsed": state[standing] == LAPSED,
        }
    )
    return Histories(
        _fixes(memory, standing), _of_cases(memory, standing).join(told), *_sites(memory, standing)
    )


def _of_cases(memory: Memory, case: Ints) -> pd.DataFrame:
    rows, words, opening = memory.rows, memory.words, memory.cases.opening[case]
    return pd.DataFrame(
        {
            "category": words_of(rows.category[opening], words.categories),
            "area_id": words_of(rows.area[opening], words.areas),
            "source": words_of(rows.source[opening], words.sources),
            "episode": memory.cases.episode[case],
        }
    )


def _fixes(memory: Memory, standing: Ints) -> pd.DataFrame:
    cases, opened = memory.cases, memory.rows.reported[memory.cases.opening]
    following = np.full(len(cases.opening), NEVER)
    by_site = standing[np.argsort(cases.first[standing], kind="stable")]
    same = cases.first[by_site[1:]] == cases.first[by_site[:-1]]
    following[by_site[:-1][same]] = opened[by_site[1:][same]]
    # what was fixed after the site had its next case ends nothing that could return
    last = standing[(cases.fixed[standing] < memory.end)]
    last = last[following[last] > cases.fixed[last]]
    sent, before, back = _sent_back(memory)
    case = np.concatenate([sent, last])
    start = np.concatenate([before, cases.fixed[last]])
    stop = np.concatenate([back, np.minimum(following[last], memory.end)])
    returned = np.concatenate([np.ones(len(sent), dtype=np.bool_), following[last] < memory.end])
    told = pd.DataFrame(
        {
            "opened_at": times(opened[case]),
            "started_at": times(start),
            "ended_at": times(np.maximum(stop, start + MINUTE)),
            "returned": returned,
            "rework": np.arange(len(case)) < len(sent),
            "unverified": cases.unverified[case],
        }
    )
    return _of_cases(memory, case).join(told)


def _sent_back(memory: Memory) -> tuple[Ints, Times, Times]:
    """Return case, fix and moment of each rework whose fix is known: the case's last before it."""
    rows, of_case, link = memory.rows, memory.case, memory.link
    reworked = np.zeros(len(memory.state), dtype=np.bool_)
    back = np.flatnonzero((link == REWORK) & (of_case >= 0))
    reworked[of_case[back]] = True
    reworked &= memory.state != CANCELLED
    back = back[reworked[of_case[back]]]
    fixed = np.flatnonzero((of_case >= 0) & (rows.fixed != NEVER))
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
    begin = np.full(len(cases.opening), NEVER)
    np.minimum.at(begin, cases.first[spells.case], spells.started)
    first = np.flatnonzero(begin != NEVER)
    number = np.full(len(begin), -1, dtype=np.int64)
    number[first] = np.arange(len(first))
    later = standing[opened[standing] > begin[cases.first[standing]]]
    site = cases.first[later]
    sites = _of_cases(memory, first).assign(followed=(memory.end - begin[first]) / DAY)
    day = (opened[later] - begin[site]) / DAY
    return sites, pd.DataFrame({"site": number[site], "day": day})
