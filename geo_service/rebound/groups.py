"""What groups spells: the levels of RATES, and the number of each spell's group."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.terms import ALL_CATEGORIES

LEVELS = ("district", "category", "area", "kind", "subdistrict", "episode", "source")
BY_CATEGORY = ("area", "kind", "subdistrict")
ASKED = tuple((level, False) for level in LEVELS) + tuple((level, True) for level in BY_CATEGORY)
"""The levels of RATES, and whether each category of the level has rows of its own."""

EPISODES = ("0", "1", "2", "3", "4+")
"""How many episodes a site had before the case: the names of those groups."""

Ints = NDArray[np.int64]


class Key(NamedTuple):
    """What groups spells: a number for each, -1 for none, and the names in their order."""

    code: Ints
    names: pd.Index


class Grouping(NamedTuple):
    """One level's groups.

    Parameters
    ----------
    level
        Its name.
    code
        Number of each spell's group, -1 for none; shape (n,).
    size
        How many numbers there are; not all of them occur.
    names, categories
        Of a group g: `names[g // wide]` and `categories[g % wide]`, wide their number.
    """

    level: str
    code: Ints
    size: int
    names: pd.Index
    categories: pd.Index

    @property
    def category(self) -> Ints:
        """Number of each group's category."""
        return np.arange(self.size, dtype=np.int64) % len(self.categories)

    def tally(self, places: Ints) -> Ints:
        """Return how many of the spells at `places` each group has."""
        counts = np.bincount(self.code[places] + 1, minlength=self.size + 1)[1:]
        return counts.astype(np.int64)

    def named(self, groups: Ints) -> dict[str, object]:
        """Return the columns of RATES that say which groups these are."""
        wide = len(self.categories)
        key = self.names.take(groups // wide).array
        out: dict[str, object] = {"level": self.level, "key": key}
        out["category"] = self.categories.take(groups % wide).array
        if self.level == "category":
            out["category"] = key
        if self.level in ("area", "subdistrict"):
            out["area_id"] = key
        return out


class Keys:
    """The words by which spells are grouped, as numbers.

    Parameters
    ----------
    spells
        `category area_id episode source`.
    areas
        `area_id kind subdistrict_id` of all areas.
    """

    def __init__(self, spells: pd.DataFrame, areas: pd.DataFrame) -> None:
        self._spells = spells
        self._areas = areas

    @classmethod
    def of(cls, spells: pd.DataFrame, areas: pd.DataFrame) -> Keys:
        """Read them of spells."""
        return cls(spells, areas)

    def grouping(self, level: str, *, by_category: bool = False) -> Grouping:
        """Return the groups of a level, those of each category apart where asked."""
        mine = self._nothing if level == "district" else getattr(self, level)
        if not by_category:
            return Grouping(level, mine.code, len(mine.names), mine.names, _ALL)
        wide = max(len(self.category.names), 1)
        code = np.where(mine.code >= 0, mine.code * wide + self.category.code, -1)
        return Grouping(level, code, len(mine.names) * wide, mine.names, self.category.names)

    @cached_property
    def category(self) -> Key:
        """By category."""
        return key_of(self._spells["category"])

    @cached_property
    def area(self) -> Key:
        """By area."""
        return key_of(self._spells["area_id"])

    @cached_property
    def kind(self) -> Key:
        """By the area's kind."""
        return self._through_area("kind")

    @cached_property
    def subdistrict(self) -> Key:
        """By the area's subdistrict."""
        return self._through_area("subdistrict_id")

    @cached_property
    def episode(self) -> Key:
        """By how many episodes the site had before."""
        earlier = self._spells["episode"].to_numpy(dtype=np.int64) - 1
        return Key(earlier.clip(max=len(EPISODES) - 1), pd.Index(EPISODES, dtype="str"))

    @cached_property
    def source(self) -> Key:
        """By the source of the opening report."""
        return key_of(self._spells["source"])

    @property
    def _nothing(self) -> Key:
        return Key(np.zeros(len(self._spells), dtype=np.int64), _ALL)

    @cached_property
    def _described(self) -> pd.DataFrame:
        return self._areas.drop_duplicates("area_id").set_index("area_id").reindex(self.area.names)

    def _through_area(self, word: str) -> Key:
        """Group areas by one of their words, and spells with them."""
        of_area = key_of(self._described[word])
        return Key(np.append(of_area.code, -1)[self.area.code], of_area.names)


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
