"""Area × category pairs as numbers, so that counts and rates are arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.terms import ALL_CATEGORIES

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """The pairs that occur, and for each area that occurs the pair with all categories.

    Parameters
    ----------
    area_ids
        All areas, in the order of the arrays.
    categories
        ``*`` and then the categories that occur, sorted.
    area, category
        Of each pair: numbers into these two; shape (g,). Sorted by category, then area.
    """

    area_ids: list[str]
    categories: list[str]
    area: Ints
    category: Ints

    def __len__(self) -> int:
        return len(self.area)

    @classmethod
    def of(cls, area_ids: list[str], *tables: pd.DataFrame) -> Pairs:
        """Collect the pairs in tables that have `area_id` and `category`."""
        both = pd.concat([table[["area_id", "category"]] for table in tables]).dropna()
        both = both.drop_duplicates()
        names = [ALL_CATEGORIES, *sorted(both["category"].unique())]
        area = pd.Index(area_ids).get_indexer(both["area_id"])
        known = area >= 0
        category = pd.Index(names).get_indexer(both["category"])[known]
        area = area[known]
        code = np.unique(
            np.concatenate([category * len(area_ids) + area, np.unique(area)]).astype(np.int64)
        )
        width = max(len(area_ids), 1)
        return cls(area_ids, names, code % width, code // width)

    def number(self, table: pd.DataFrame) -> Ints:
        """Return the pair of each row, -1 where its area is unknown; shape (n,)."""
        area = pd.Index(self.area_ids).get_indexer(table["area_id"]).astype(np.int64)
        category = pd.Index(self.categories).get_indexer(table["category"]).astype(np.int64)
        return self._find(np.where((area >= 0) & (category >= 0), category, -1), area)

    def whole_area(self, table: pd.DataFrame) -> Ints:
        """Return the pair of each row's area with all categories, -1 where unknown."""
        area = pd.Index(self.area_ids).get_indexer(table["area_id"]).astype(np.int64)
        return self._find(np.where(area >= 0, 0, -1), area)

    def _find(self, category: Ints, area: Ints) -> Ints:
        codes = self.category * len(self.area_ids) + self.area
        wanted = category * len(self.area_ids) + area
        if not len(codes):
            return np.full(len(wanted), -1, dtype=np.int64)
        place = np.searchsorted(codes, wanted).clip(max=len(codes) - 1)
        return np.where((category >= 0) & (codes[place] == wanted), place, -1)
