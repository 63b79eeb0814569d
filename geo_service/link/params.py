"""What turns the link rule: distances and windows, by category."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DAY = 86_400_000_000
"""Microseconds of a day of 24 hours: windows are lengths of time, not calendar days."""


@dataclass(frozen=True)
class LinkParams:
    """Distances and windows of the link rule where a category does not set its own.

    Parameters
    ----------
    distance_m
        Link distance *d* in metres.
    duplicate_days
        Duplicate window *D* in days.
    duplicate_days_without_closing
        *D* where the opening row's source never closes anything.
    rebound_days
        Rebound window *W* in days.
    tie_m
        Two distances this close in metres are equal.
    """

    distance_m: float = 30.0
    duplicate_days: float = 180.0
    duplicate_days_without_closing: float = 30.0
    rebound_days: float = 90.0
    tie_m: float = 0.001

    def __post_init__(self) -> None:
        for name in ("distance_m", "duplicate_days", "rebound_days", "tie_m"):
            if not getattr(self, name) > 0:
                msg = f"{name} must be positive, not {getattr(self, name)}"
                raise ValueError(msg)

    def by_category(
        self, categories: pd.DataFrame, names: pd.Index
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
        """Return d (metres), D and W (microseconds) for each of the category `names`."""
        own = categories.drop_duplicates("code").set_index("code").reindex(names)

        def column(name: str, default: float) -> NDArray[np.float64]:
            return own[name].fillna(default).to_numpy(dtype=np.float64)

        return (
            column("link_distance_m", self.distance_m),
            (column("duplicate_days", self.duplicate_days) * DAY).round().astype(np.int64),
            (column("rebound_days", self.rebound_days) * DAY).round().astype(np.int64),
        )
