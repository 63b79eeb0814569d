"""What groups spells: the levels of RATES, and the number of each spell's group."""

from functools import reduce
from typing import NamedTuple

import numpy as np
import pandas as pd
from numba import njit

from geo_service.measure import Ints, Shorts
from geo_service.terms import ALL_CATEGORIES, LEVELS

BY_CATEGORY = ("area", "kind", "subdistrict")
ASKED = tuple((level, False) for level in LEVELS) + tuple((level, True) for level in BY_CATEGORY)
"""The levels of RATES, and whether each category of the level has rows of its own."""

_COLUMN = {"area": "area_id", "crew": "crew_id", "unit": "unit_id"}
_OF_AREA = {"kind": "kind", "subdistrict": "subdistrict_id", "community": "community"}
"""In which column the words of a level stand, of a row or of its area; else as it is called."""

EPISODES = ("0", "1", "2", "3", "4+")
"""How many episodes a site had before the case: the names of those groups."""

Counts = Shorts


class Key(NamedTuple):
    """What groups spells: a number for each, -1 for none, and the names in their order."""

    code: Ints
    names: pd.Index


class Grouping(NamedTuple):
    """One level's groups.

    Parameters
    ----------
    codes
        Of each table, the number of each row's group, -1 for none; shape (n,) each.
    size
        How many numbers there are; not all of them occur.
    names, categories
        Of a group g: `names[g // wide]` and `categories[g % wide]`, wide their number.
    """

    level: str
    codes: dict[str, Ints]
    size: int
    names: pd.Index
    categories: pd.Index

    @property
    def over_all(self) -> bool:
        """Whether categories are together: a store of one category has it apart, too."""
        return self.categories is _ALL

    @property
    def category(self) -> Ints:
        """Number of each group's category."""
        return np.arange(self.size, dtype=np.int64) % len(self.categories)

    def sums(self, table: str, values: Counts) -> Ints:
        """Return the sum of each column of whole numbers, by group; shape (groups, columns)."""
        given = values.view()
        given.flags.writeable = False  # some are: one type is compiled once
        return _sums(self.codes[table], given, self.size)

    def named(self, groups: Ints) -> dict[str, object]:
        """Return the columns of RATES that say which groups these are."""
        wide = len(self.categories)
        key = self.names.take(groups // wide).array
        nothing = np.full(len(groups), -1, dtype=np.intp)
        is_place = self.level in ("area", "subdistrict")
        return {
            "level": pd.array([self.level], dtype="str").take(nothing * 0),
            "key": key,
            "category": key
            if self.level == "category"
            else self.categories.take(groups % wide).array,
            "area_id": key if is_place else key.take(nothing, allow_fill=True),
        }


class Keys:
    """The words by which rows of some tables are grouped, as numbers.

    Each table has `category area_id episode source`, and `crew_id unit_id` where known; `areas`
    are `area_id kind subdistrict_id` of all areas, and `community` where known.
    """

    def __init__(self, tables: dict[str, pd.DataFrame], areas: pd.DataFrame) -> None:
        self._tables = tables
        self._keys: dict[str, Key] = {}
        self._areas = areas
        ends = np.cumsum([0, *(len(table) for table in tables.values())])
        self._parts = {
            name: slice(int(begin), int(end))
            for name, begin, end in zip(tables, ends[:-1], ends[1:], strict=True)
        }
        self._length = int(ends[-1])

    def grouping(self, level: str, *, by_category: bool = False) -> Grouping:
        """Return the groups of a level, those of each category apart where asked."""
        mine = self.key(level)
        if by_category:
            category = self.key("category")
            wide = max(len(category.names), 1)
            code = np.where(mine.code >= 0, mine.code * wide + category.code, -1)
            names, size = category.names, len(mine.names) * wide
        else:
            code, names, size = mine.code, _ALL, len(mine.names)
        codes = {table: code[part] for table, part in self._parts.items()}
        return Grouping(level, codes, size, mine.names, names)

    def key(self, level: str) -> Key:
        """Return the number of each row's word of a level, over all categories."""
        if level not in self._keys:
            self._keys[level] = self._made(level)
        return self._keys[level]

    def _made(self, level: str) -> Key:
        if level == "district":
            return Key(np.zeros(self._length, dtype=np.int64), _ALL)
        if level in _OF_AREA:
            return self._through_area(_OF_AREA[level])
        if level == "episode":
            earlier = self._column("episode").to_numpy(dtype=np.int64) - 1
            return Key(earlier.clip(max=len(EPISODES) - 1), pd.Index(EPISODES, dtype="str"))
        return key_of(self._column(_COLUMN.get(level, level)))

    def _column(self, name: str) -> pd.Series:
        if not any(name in table for table in self._tables.values()):
            return pd.Series(np.nan, index=range(self._length), dtype="str")
        has = next(table[name].dtype for table in self._tables.values() if name in table)
        if isinstance(has, pd.CategoricalDtype):
            # one list of words for all of them keeps the numbers
            words = [table[name].cat.categories for table in self._tables.values() if name in table]
            has = pd.CategoricalDtype(reduce(lambda one, other: one.union(other), words))
        parts = [
            table[name].astype(has)
            if name in table
            else pd.Series(np.nan, index=table.index, dtype=has)
            for table in self._tables.values()
        ]
        return pd.concat(parts, ignore_index=True)

    def _through_area(self, word: str) -> Key:
        """Group areas by one of their words, and rows with them."""
        described = self._areas.drop_duplicates("area_id").set_index("area_id")
        if word not in described:
            return Key(np.full(self._length, -1, dtype=np.int64), pd.Index([], dtype="str"))
        of_area = key_of(described[word].reindex(self.key("area").names))
        return Key(np.append(of_area.code, -1)[self.key("area").code], of_area.names)


_ALL = pd.Index([ALL_CATEGORIES], dtype="str")


def key_of(words: pd.Series) -> Key:
    """Return the number of each word in the order of the words, -1 for none."""
    if isinstance(words.dtype, pd.CategoricalDtype):
        code, names = words.cat.codes.to_numpy(), words.cat.categories
    else:
        code, names = pd.factorize(words)
    text = pd.Series(names, dtype="str")
    order = np.argsort(text.to_numpy(dtype=object), kind="stable")
    place = np.full(len(order) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return Key(place[code], pd.Index(text.iloc[order]))


@njit(cache=True)
def _sums(code: Ints, values: Counts, size: int) -> Ints:  # pragma: no cover (compiled)
    out = np.zeros((size, values.shape[1]), np.int64)
    for i in range(len(code)):
        if code[i] >= 0:
            for k in range(values.shape[1]):
                out[code[i], k] += values[i, k]
    return out
