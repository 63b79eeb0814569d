"""What a refresh hands over to be kept as one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True)
class RunTables:
    """All that a refresh computed; weeks and values may come one at a time.

    Parameters
    ----------
    week_rows
        HOTSPOTS by week, in few words.
    areas
        `area_id name kind subdistrict` of those that hold reports, in the order of all arrays.
    values
        By layer, category and week: shape (areas,), as `areas`; of density one a cell.
    series
        By name and category: shape (areas, weeks), or (areas, n) where it is none of weeks.
    memory
        Arrays that the next refresh wants to have again.
    labels
        What was called hot when each week closed, by week; kept beside what is called so now.
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
    week_rows: Mapping[str, Columns] | Iterable[tuple[str, Columns]]
    values: (
        Mapping[tuple[str, str, str], NDArray[Any]]
        | Iterable[tuple[tuple[str, str, str], NDArray[Any]]]
    )
    areas: pd.DataFrame
    series: Mapping[tuple[str, str], NDArray[Any]]
    params: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    coverage_known: bool = False
    memory: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    marks: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    earlier: Earlier | None = None
    recalled: Mapping[str, NDArray[Any]] = field(default_factory=dict)
