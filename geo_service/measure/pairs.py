"""Area × category pairs as numbers, so that counts and rates are arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from geo_service.measure.array_types import Ints
from geo_service.terms import ALL_CATEGORIES


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
    def of(cls, area_ids: list[str], *tables: pd.DataFrame) -> Self:
        """Collect the pairs in tables that have `area_id` and `category`."""
        found = [_known_words(table["category"][table["area_id"].notna()]) for table in tables]
        names = [ALL_CATEGORIES, *sorted(set().union(*found))]
        occurs = np.zeros((len(names), len(area_ids)), dtype=np.bool_)
        for table in tables:
            area, category = (
                numbers_in(table["area_id"], area_ids),
                numbers_in(table["category"], names),
            )
            known = (area >= 0) & (category >= 0)
            occurs[category[known], area[known]] = True
        occurs[0] = occurs.any(axis=0)
        code = np.flatnonzero(occurs)
        width = max(len(area_ids), 1)
        return cls(area_ids, names, code % width, code // width)

    def by_category(self) -> Iterator[tuple[str, Ints, Ints]]:
        """Yield each category with its pairs, and the numbers of their areas."""
        for number, category in enumerate(self.categories):
            mine = np.flatnonzero(self.category == number)
            yield category, mine, self.area[mine]

    def number(self, table: pd.DataFrame) -> Ints:
        """Return the pair of each row, -1 where its area is unknown; shape (n,)."""
        area = numbers_in(table["area_id"], self.area_ids)
        category = numbers_in(table["category"], self.categories)
        return self._find(np.where((area >= 0) & (category >= 0), category, -1), area)

    def whole_area(self, table: pd.DataFrame) -> Ints:
        """Return the pair of each row's area with all categories, -1 where unknown."""
        area = numbers_in(table["area_id"], self.area_ids)
        return self._find(np.where(area >= 0, 0, -1), area)

    def _find(self, category: Ints, area: Ints) -> Ints:
        # the last row and column are for what has no number
        table = np.full((len(self.categories) + 1, len(self.area_ids) + 1), -1, dtype=np.int64)
        table[self.category, self.area] = np.arange(len(self))
        return np.asarray(table[category, area])


def numbers_in(words: pd.Series, names: list[str]) -> Ints:
    """Return where each word stands in `names`, -1 where it does not; each word is looked up once.

    A categorical column is numbers already.
    """
    if isinstance(words.dtype, pd.CategoricalDtype):
        code, known = words.cat.codes.to_numpy(), words.cat.categories
    else:
        code, known = pd.factorize(words)
    place = np.append(pd.Index(names).get_indexer(pd.Index(known)), -1)
    return place[code].astype(np.int64)


def _known_words(words: pd.Series) -> set[str]:
    if isinstance(words.dtype, pd.CategoricalDtype):
        words = words.cat.remove_unused_categories()
        return set(words.cat.categories)
    return set(words.dropna().unique())
