"""The order of the list of each week that is computed: what is counted, handed to the ranking."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service import forecast, hotspots, link
from geo_service.flow.basis import Basis
from geo_service.flow.linked import past_of_sites, surroundings_of
from geo_service.measure import Ints, Pairs

_LIST = 50
"""So many of the sites to re-inspect are held against what came."""


class Ranked(NamedTuple):
    """What is kept of the order.

    Parameters
    ----------
    columns
        Of the weekly rows from the first week asked for on.
    told
        How the candidates did.
    closings
        By week's number among all: what was said of the sites closed in it.
    """

    columns: Mapping[str, NDArray[np.float32]]
    told: Mapping[str, Any]
    closings: Mapping[int, Mapping[str, NDArray[Any]]]


def ranked(
    basis: Basis,
    memory: link.Memory,
    cases: pd.DataFrame,
    pairs: Pairs,
    counts: hotspots.Counts,
    edges: Ints,
    weeks: Ints,
    first: int,
    due: Ints | None = None,
) -> Ranked:
    """Rank the weeks from `first` on, each by what was known at its end.

    Parameters
    ----------
    cases
        Of the memory, coded.
    edges
        Beginnings of the weeks and the end of the last, microseconds; shape (w + 1,).
    weeks
        Their numbers; shape (w,).
    due
        Deadlines of `cases`, microseconds.
    """
    past, which = past_of_sites(memory, cases, pairs, basis.epsg, due)
    around = surroundings_of(memory, past, which)
    risk = forecast.area_risk(past, len(pairs), edges, first)
    at = np.full(len(pairs.area_ids), -1)
    at[pairs.area[pairs.category == 0]] = np.flatnonzero(pairs.category == 0)
    order = forecast.rank_areas(
        counts.cases,
        counts.rebounds,
        {
            "sites": risk.rebounds,
            "site_model": forecast.model_risk(around, len(pairs), edges, weeks, first),
        },
        at[pairs.area],
        weeks,
        len(pairs.area_ids),
        first,
        basis.ranking_params,
    )
    columns = {
        "expected_rebounds_28": order.expected.rebounds,
        "expected_cases_28": order.expected.cases,
        "order": order.expected.order,
        "chronic_sites": risk.chronic,
        "third_cases": risk.third,
        "overdue": risk.overdue,
    }
    said = forecast.closing_risks(around, edges, weeks)
    told = {"list": forecast.list_record(past, said, edges, weeks, _LIST)}
    week = np.searchsorted(edges, said.at, side="right") - 1
    ids = np.asarray(memory.rows.report_id[memory.cases.opening[which[said.case]]], dtype=object)
    closings = {
        one: {
            "case_id": ids[mine],
            "p30": said.p30[mine],
            "p90": said.p90[mine],
            "beside": said.beside[mine],
        }
        for one in range(first, len(weeks))
        if len(mine := np.flatnonzero(week == one))
    }
    return Ranked(columns, order.told | told, closings)
