"""What turns the link rule: distances and windows, by category."""

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from geo_service.link.arrays import Flags, Floats, Ints
from geo_service.link.rows import Rows, Words

DAY = 86_400_000_000
"""Microseconds of a day of 24 hours: windows are lengths of time, not calendar days."""

OWN = {
    "link_distance_m": "distance_m",
    "duplicate_days": "duplicate_days",
    "rebound_days": "rebound_days",
}
"""What a category may set itself, and what of :class:`LinkParams` that is."""


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
                raise ValueError(f"{name} must be positive, not {getattr(self, name)}")

    def of_category(self, *own: float | None) -> Self:
        """Return what holds for a category that sets some of :data:`OWN` itself."""
        set_itself = {
            name: value
            for name, value in zip(OWN.values(), own, strict=False)
            if value is not None and not np.isnan(value)
        }
        return replace(self, **set_itself)


class Terms(NamedTuple):
    """Distances and windows by the number of a category, and what holds for all.

    Parameters
    ----------
    reach
        *d*, metres; shape (categories,), as the next two.
    window, rebound_window
        *D* and *W*, microseconds.
    short_window
        *D* where the opening's source closes nothing.
    tie
        Metres within which two distances are equal.
    """

    reach: Floats
    window: Ints
    rebound_window: Ints
    short_window: int
    tie: float

    @classmethod
    def of(cls, categories: pd.DataFrame, words: Words, params: LinkParams | None = None) -> Self:
        """Return those of `words`; what CATEGORIES leave open is taken from `params`."""
        params = params or LinkParams()
        own = categories.drop_duplicates("code").set_index("code")[list(OWN)]
        known = {str(row.Index): params.of_category(*row[1:]) for row in own.itertuples()}
        its = [known.get(name, params) for name in words.categories]
        days = [(one.duplicate_days, one.rebound_days) for one in its]
        windows = np.round(np.array(days).reshape(-1, 2) * DAY).astype(np.int64)
        return cls(
            np.array([one.distance_m for one in its], dtype=np.float64),
            windows[:, 0].copy(),
            windows[:, 1].copy(),
            round(params.duplicate_days_without_closing * DAY),
            params.tie_m,
        )

    def window_of(self, rows: Rows, closes: Flags) -> Ints:
        """Return *D* of each row as the opening of a case, microseconds.

        Parameters
        ----------
        closes
            Whether a source closes anything; the last entry is for rows without a source.
        """
        longer = closes[:, None]
        return np.where(longer, self.window, self.short_window)[rows.source, rows.category]
