"""What a refresh hands over to be kept as one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from geo_service.store.week_rows import Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Earlier:
    """What a run takes over from the last one.

    Parameters
    ----------
    run_id
        The last run.
    weeks
        How many of its weeks, from the first one, still hold: their rows and values are not given.
    report_ids
        Cases, sites and spells are those of these reports, all others stand as they are.
    linked_ids
        Links are those of these.
    """

    run_id: str
    weeks: int
    report_ids: Sequence[str]
    linked_ids: Sequence[str]


class SomeWeeks(NamedTuple):
    """What is kept of some weeks; each may come one at a time.

    Parameters
    ----------
    rows
        (week, HOTSPOTS in few words).
    values
        ((layer, category, week), shape (areas,)), areas as in the run; of density one a cell.
    risks
        (week, `case_id p30 p90 beside` of the sites closed in it).
    """

    rows: Iterable[tuple[str, Columns]]
    values: Iterable[tuple[tuple[str, str, str], NDArray[Any]]]
    risks: Iterable[tuple[str, Columns]] = ()


@dataclass(frozen=True)
class RunTables:
    """All that a refresh computed.

    Parameters
    ----------
    weekly
        All weeks that are not taken over, some at a time, computed while they are asked for.
    areas
        `area_id name kind subdistrict` of those that hold reports, in the order of all arrays.
    series
        (name, category, shape (areas, weeks), or (areas, n) where it is none of weeks).
    memory
        Arrays that the next refresh wants to have again.
    labels
        (week, what was called hot when it closed), kept beside what is called so now; asked for
        after `weekly`.
    record
        Of `labels`, of how many it came true: by level and category, [of, true].
    marks
        Of the pending reports that it looked at.
    earlier
        What it takes over, None where it computed everything.
    recalled
        The arrays that the run named there remembers: what is equal is not written again.
    """

    as_of: datetime
    cases: pd.DataFrame
    sites: pd.DataFrame
    spells: pd.DataFrame
    links: pd.DataFrame
    rates: pd.DataFrame
    weeks: Sequence[str]
    weekly: Iterable[SomeWeeks]
    areas: pd.DataFrame
    series: Iterable[tuple[str, str, NDArray[Any]]]
    params: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    coverage_known: bool = False
    memory: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    labels: Iterable[tuple[str, Mapping[str, Any]]] = ()
    record: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    marks: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    earlier: Earlier | None = None
    recalled: Mapping[str, NDArray[Any]] = field(default_factory=dict)
