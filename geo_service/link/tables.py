"""Arrays to CASES, SITES, SPELLS and links."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.link.closures import NEVER, Times
from geo_service.link.params import DAY
from geo_service.link.rows import Codes, Rows, Words
from geo_service.link.rule_arrays import NO_LINK
from geo_service.link.standing import CANCELLED, LAPSED, STATES, Cases, Small, Spells
from geo_service.terms import FRAMES, LINKS

_LINKS = pd.array(list(LINKS), dtype="str")
_STATES = pd.array(list(STATES), dtype="str")


def case_table(
    rows: Rows, words: Words, cases: Cases, state: Small, which: NDArray[np.int64] | None = None
) -> pd.DataFrame:
    """Return CASES of some of the cases, of all where `which` is None."""
    which = np.arange(len(state)) if which is None else which
    some, its_state = cases.take(which), state[which]
    opening = some.opening
    nothing = its_state == CANCELLED
    verified = np.where(nothing, NEVER, some.verified)
    parent = np.where(some.parent >= 0, cases.opening[some.parent], -1)
    return FRAMES["cases"].conform(
        pd.DataFrame(
            {
                "case_id": rows.report_id[opening],
                "site_id": rows.report_id[cases.opening[some.first]],
                "category": named(words.categories, rows.category[opening]),
                "area_id": named(words.areas, rows.area[opening]),
                "lon": rows.lon[opening],
                "lat": rows.lat[opening],
                "opened_at": times(rows.reported[opening]),
                "fixed_at": times(np.where(nothing, NEVER, some.fixed)),
                "verified_at": times(verified),
                "unverified": some.unverified & (verified != NEVER),
                "state": _STATES[its_state],
                "episode": some.episode,
                "parent_case_id": rows.report_id.take(parent, allow_fill=True),
                "link": _LINKS[some.case_link],
                "gap_days": np.where(some.gap >= 0, some.gap / DAY, np.nan),
                "beyond_window": some.beyond,
                "reports": some.rows,
                "reworks": some.reworks,
                "lapsed": its_state == LAPSED,
            }
        )
    )


def site_table(
    rows: Rows, words: Words, cases: Cases, which: NDArray[np.int64] | None = None
) -> pd.DataFrame:
    """Return SITES that the cases `which` belong to, all where it is None."""
    episodes = np.bincount(cases.first, minlength=len(cases.first))
    first = np.flatnonzero(episodes) if which is None else np.unique(cases.first[which])
    opening = cases.opening[first]
    return FRAMES["sites"].conform(
        pd.DataFrame(
            {
                "site_id": rows.report_id[opening],
                "category": named(words.categories, rows.category[opening]),
                "lon": rows.lon[opening],
                "lat": rows.lat[opening],
                "episodes": episodes[first],
            }
        )
    )


def spell_table(
    rows: Rows,
    words: Words,
    cases: Cases,
    spells: Spells,
    which: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Return SPELLS, of some where `which` says so."""
    if which is not None:
        spells = Spells(*(column[which] for column in spells))
    opening = cases.opening[spells.case]
    after = np.where(spells.following >= 0, cases.opening[spells.following], -1)
    link = _LINKS.take(
        np.where(spells.following >= 0, cases.case_link[spells.following], -1), allow_fill=True
    )
    return FRAMES["spells"].conform(
        pd.DataFrame(
            {
                "case_id": rows.report_id[opening],
                "site_id": rows.report_id[cases.opening[cases.first[spells.case]]],
                "category": named(words.categories, rows.category[opening]),
                "area_id": named(words.areas, rows.area[opening]),
                "episode": cases.episode[spells.case],
                "started_at": times(spells.started),
                "ended_at": times(spells.ended),
                "returned": spells.following >= 0,
                "next_case_id": rows.report_id.take(after, allow_fill=True),
                "next_link": link,
                "unverified": cases.unverified[spells.case],
            }
        )
    )


def link_table(
    rows: Rows, cases: Cases, case: Codes, link: Small, which: NDArray[np.int64]
) -> pd.DataFrame:
    """Return `report_id`, `case_id`, `link` of the rows `which`; missing where there is no case."""
    number = case[which]
    opening = np.where(number >= 0, cases.opening[number], -1) if len(cases.opening) else number
    word = np.where(link[which] == NO_LINK, -1, link[which])
    return pd.DataFrame(
        {
            "report_id": rows.report_id[which],
            "case_id": rows.report_id.take(opening, allow_fill=True),
            "link": _LINKS.take(word, allow_fill=True),
        }
    )


def named(names: tuple[str, ...], code: Codes) -> pd.api.extensions.ExtensionArray:
    """Return the words that numbers mean; -1 is missing."""
    return pd.array(list(names), dtype="str").take(code, allow_fill=True)


def times(values: Times) -> pd.Series:
    """Return microseconds as times, :data:`NEVER` as missing."""
    stamps = np.where(values == NEVER, np.iinfo(np.int64).min, values).view("datetime64[us]")
    return pd.Series(stamps).dt.tz_localize("UTC")
