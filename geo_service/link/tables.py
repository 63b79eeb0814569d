"""Memory to CASES, SITES, SPELLS and links, texts as texts."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo_service.link.arrays import NEVER, NO_LINK, AnyInts, Codes, Flags, Ints
from geo_service.link.memory import CANCELLED, LAPSED, STATES, Linking, Memory, Spells, link_rows
from geo_service.link.params import DAY, LinkParams
from geo_service.link.rows import Ids, places_of, rows_of
from geo_service.measure import microseconds_of
from geo_service.terms import FRAMES, LINKS

_LINKS = pd.array(list(LINKS), dtype="str")
_STATES = pd.array(list(STATES), dtype="str")


class Linked(NamedTuple):
    """What linking gives, as tables.

    A case's id is its opening report's, a site's its first case's. `links` has `report_id`,
    `case_id`, `link` of the reports known at the as-of moment; missing without a case.
    """

    cases: pd.DataFrame
    sites: pd.DataFrame
    spells: pd.DataFrame
    links: pd.DataFrame


def link(
    reports: pd.DataFrame,
    events: pd.DataFrame,
    categories: pd.DataFrame,
    *,
    epsg: int,
    as_of: datetime,
    params: LinkParams | None = None,
    closing_sources: Collection[str] | None = None,
) -> Linked:
    """Return reports joined into cases by the link rule.

    Parameters
    ----------
    reports, events
        Located REPORTS, whose `precision` is settled, and EVENTS about them.
    categories, params
        CATEGORIES, and what holds where they leave something open.
    epsg
        The store's UTM zone.
    as_of
        First moment not seen: what happened or was received then or later is not known.
    closing_sources
        Sources that close anything at all, where `reports` are only some of all and cannot tell.
    """
    rows, words = rows_of(reports)
    linking, end = Linking(categories, epsg, params), microseconds_of(as_of)
    memory = link_rows(rows, words, events, linking, end, closing_sources)
    known = np.flatnonzero(memory.known)
    return Linked(
        case_table(memory), site_table(memory), spell_table(memory), link_table(memory, known)
    )


def case_table(memory: Memory, which: AnyInts | None = None) -> pd.DataFrame:
    """Return CASES of some of the cases, of all where `which` is None."""
    rows, words, cases = memory.rows, memory.words, memory.cases
    which = np.arange(len(memory.state)) if which is None else which
    some, its_state = cases.take(which), memory.state[which]
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
                "link": _LINKS[some.link],
                "gap_days": np.where(some.gap >= 0, some.gap / DAY, np.nan),
                "beyond_window": some.beyond,
                "reports": some.rows,
                "reworks": some.reworks,
                "lapsed": its_state == LAPSED,
            }
        )
    )


def site_table(memory: Memory, which: AnyInts | None = None) -> pd.DataFrame:
    """Return SITES that the cases `which` belong to, all where it is None."""
    rows, words, cases = memory.rows, memory.words, memory.cases
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


def spell_table(memory: Memory, which: Flags | None = None) -> pd.DataFrame:
    """Return SPELLS, of some where `which` says so."""
    rows, words, cases, spells = memory.rows, memory.words, memory.cases, memory.spells
    if which is not None:
        spells = Spells._make(column[which] for column in spells)
    opening = cases.opening[spells.case]
    after = np.where(spells.following >= 0, cases.opening[spells.following], -1)
    link = _LINKS.take(
        np.where(spells.following >= 0, cases.link[spells.following], -1), allow_fill=True
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
                "unverified": spells.unverified,
            }
        )
    )


def link_table(memory: Memory, which: AnyInts) -> pd.DataFrame:
    """Return `report_id`, `case_id`, `link` of the rows `which`; missing where there is no case."""
    rows, cases, link = memory.rows, memory.cases, memory.link
    number = memory.case[which]
    opening = np.where(number >= 0, cases.opening[number], -1) if len(cases.opening) else number
    word = np.where(link[which] == NO_LINK, -1, link[which])
    return pd.DataFrame(
        {
            "report_id": rows.report_id[which],
            "case_id": rows.report_id.take(opening, allow_fill=True),
            "link": _LINKS.take(word, allow_fill=True),
        }
    )


def links_of(memory: Memory, report_ids: Ids) -> pd.DataFrame:
    """Return `report_id`, `case_id`, `link` of those of `report_ids` that there are."""
    which = places_of(report_ids, memory.rows.report_id)
    return link_table(memory, which[which >= 0])


def named(names: tuple[str, ...], code: Codes) -> pd.api.extensions.ExtensionArray:
    """Return the words that numbers mean; -1 is missing."""
    return pd.array(list(names), dtype="str").take(code, allow_fill=True)


def times(values: Ints) -> pd.Series:
    """Return `values`, microseconds, as times, :data:`NEVER` as missing."""
    stamps = np.where(values == NEVER, np.iinfo(np.int64).min, values).view("datetime64[us]")
    return pd.Series(stamps).dt.tz_localize("UTC")


def words_of(code: Codes, names: tuple[str, ...]) -> pd.Categorical:
    """Return numbers as the words that they mean; -1 is missing."""
    categories = pd.Index(list(names), dtype="str")
    return pd.Categorical.from_codes(code, categories=categories, validate=False)
