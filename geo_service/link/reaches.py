"""Distances and windows as the rule takes them: by the number of a category."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.link.params import DAY, LinkParams
from geo_service.link.rows import Words

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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
    def of(cls, categories: pd.DataFrame, words: Words, params: LinkParams | None) -> Terms:
        """Take what CATEGORIES leave open from `params`."""
        params = params or LinkParams()
        short = round(params.duplicate_days_without_closing * DAY)
        by_category = params.by_category(categories, pd.Index(words.categories, dtype="str"))
        return cls(*by_category, short, params.tie_m)
