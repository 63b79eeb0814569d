"""Tables to arrays, the rule, arrays to tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.link.closures import align_closures, microseconds
from geo_service.link.grid import grid_of
from geo_service.link.params import LinkParams
from geo_service.link.reaches import Terms
from geo_service.link.rows import ALWAYS, rows_of
from geo_service.link.solving import known_at, solve, sources_that_close, windows_of
from geo_service.link.standing import Cases, spells_of, states_of
from geo_service.link.tables import case_table, link_table, site_table, spell_table
from geo_service.measure import microseconds_of


@dataclass(frozen=True)
class Linked:
    """What linking gives.

    Parameters
    ----------
    cases, sites, spells
        CASES, SITES and SPELLS; a case's id is its opening report's, a site's its first case's.
    links
        `report_id`, `case_id`, `link` of every report known at the as-of moment; the last two are
        missing where the report has no case.
    known
        Which of the reports given are known at the as-of moment; shape (n,).
    """

    cases: pd.DataFrame
    sites: pd.DataFrame
    spells: pd.DataFrame
    links: pd.DataFrame
    known: NDArray[np.bool_]


def link(
    reports: pd.DataFrame,
    closures: pd.DataFrame,
    categories: pd.DataFrame,
    *,
    epsg: int,
    as_of: datetime,
    params: LinkParams | None = None,
    closing_sources: Collection[str] | None = None,
) -> Linked:
    """Join reports into cases by the link rule.

    Parameters
    ----------
    reports
        Located REPORTS: `area_id` is where each lies. `precision` must be settled.
    closures
        CLOSURES of these reports, rows' own and the event log's as one table.
    categories
        CATEGORIES; what they leave open is taken from `params`.
    epsg
        The store's UTM zone.
    as_of
        First moment not seen: what happened or was received then or later is not known.
    closing_sources
        Sources that close anything at all, where `reports` are only some of all and cannot tell.
    """
    end = microseconds_of(as_of)
    rows, words = rows_of(reports)
    closings = align_closures(pd.Series(rows.report_id), closures, end)
    terms = Terms.of(categories, words, params)
    known = known_at(rows, end)
    if closing_sources is None:
        closes = sources_that_close(rows, known, closings, len(words.sources))
    else:
        closes = np.array([name in closing_sources for name in (*words.sources, "")])
    window = windows_of(rows, terms, closes)
    members = np.flatnonzero(known & rows.own_point)
    made = solve(rows, closings, window, members, terms, grid_of(rows, terms, epsg))

    cases = Cases.of(made, members)
    state = states_of(cases, closings.cancelled[cases.opening], window[cases.opening], end)
    case = np.full(len(known), -1, dtype=np.int32)
    link_code = np.full(len(known), -1, dtype=np.int8)
    case[members], link_code[members] = made.case, made.link
    spells = spells_of(cases, state, rows.reported[cases.opening], end)
    received = microseconds(reports["received_at"], missing=ALWAYS)
    return Linked(
        cases=case_table(rows, words, cases, state),
        sites=site_table(rows, words, cases),
        spells=spell_table(rows, words, cases, spells),
        links=link_table(rows, cases, case, link_code, np.flatnonzero(known)),
        known=(microseconds(reports["reported_at"]) < end) & (received < end),
    )
