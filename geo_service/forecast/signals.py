"""What a series tells at each week's end, of that week and those before it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from geo_service.measure import Floats, Ints, Pairs, Shorts


def ewma(counts: Shorts | Floats, half_life: float) -> Floats:
    """Return the exponentially weighted mean of each series up to and with each week.

    Parameters
    ----------
    counts
        Cases, or anything else, of each week; shape (series, weeks).
    half_life
        Weeks after which a week counts half.

    Returns
    -------
    mean
        Per week, same shape. The weights of the weeks that there are sum to one: a series is not
        drawn towards nought at its beginning.

    Raises
    ------
    ValueError
        If the half-life is not positive.

    >>> ewma(np.array([[4.0, 0.0, 0.0]]), 1.0).round(3).tolist()
    [[4.0, 1.333, 0.571]]
    """
    if half_life <= 0:
        raise ValueError(f"half_life is positive, not {half_life}")
    keep = 0.5 ** (1 / half_life)
    out = np.empty(counts.shape)
    total, weight = np.zeros(len(counts)), 0.0
    for week in range(counts.shape[1]):
        total = total * keep + counts[:, week]
        weight = weight * keep + 1.0
        out[:, week] = total / weight
    return out


HALF_LIVES = (2, 4, 8, 13, 26, 52, 104)
RINGS = ((250.0, (4, 13, 52)), (500.0, (2, 13, 52)), (1500.0, (4, 26)))
"""Widths of the rings around an area, metres, and half-lives of what lies in each, weeks."""

_LEAST, _LARGEST, _OF_CATEGORIES, _OF_LEVEL, _YEAR = 0.001, 5, 13, 4, 52.18
_REACH, _LONG = 3, 60


@dataclass(frozen=True)
class CaseHistory:
    """What was known of a district at a Monday's midnight.

    Parameters
    ----------
    pairs
        Areas and categories that occur by then.
    cases
        Cases of each pair and week before it, shape (pairs, weeks).
    numbers
        The weeks, as :func:`~geo_service.measure.week_of` numbers them.
    rings
        By width of a ring, weights of the other areas, shape (areas, areas); :func:`rings_of`.
    """

    pairs: Pairs
    cases: Shorts
    numbers: range
    rings: Mapping[float, sparse.csr_matrix]

    @cached_property
    def total(self) -> Floats:
        """Cases of all categories, shape (areas, weeks)."""
        out = np.zeros((len(self.pairs.area_ids), len(self.numbers)))
        whole = self.pairs.category == 0
        out[self.pairs.area[whole]] = self.cases[whole]
        return out

    def largest(self) -> Iterator[Floats]:
        """Yield the cases of the largest categories, the largest first, shape (areas, weeks)."""
        of = np.bincount(self.pairs.category, weights=self.cases.sum(axis=1))
        for number in np.argsort(-of[1:], kind="stable")[:_LARGEST] + 1:
            out = np.zeros(self.total.shape)
            mine = self.pairs.category == number
            out[self.pairs.area[mine]] = self.cases[mine]
            yield out

    def until(self, weeks: int) -> "CaseHistory":
        """Return the first `weeks` weeks alone, as they are known now."""
        return replace(self, cases=self.cases[:, :weeks], numbers=self.numbers[:weeks])


class Signals(NamedTuple):
    """What the weeks before each of some weeks tell of it.

    Parameters
    ----------
    first
        The first of these weeks; the last is the one after all that is known.
    averages
        The exponential average of each area's cases, by half-life; shape (areas, n) each.
    plain
        Simple figures of the area: ``last``, ``four``, ``long``, ``season``, and ``since``, weeks
        from the last case; shape (areas, n).
    others
        Averages of the largest categories and of the rings around; shape (areas, n).
    level
        The district's cases an area and week; shape (n,).
    turn
        How far the year has gone, radians; shape (n,).
    """

    first: int
    averages: Mapping[int, Floats]
    plain: Mapping[str, Floats]
    others: Sequence[Floats]
    level: Floats
    turn: Floats

    def since(self, week: int) -> "Signals":
        """Return those from one of the weeks on."""
        return Signals(
            self.first + week,
            {name: one[:, week:] for name, one in self.averages.items()},
            {name: one[:, week:] for name, one in self.plain.items()},
            [one[:, week:] for one in self.others],
            self.level[week:],
            self.turn[week:],
        )

    def table(self, area: Ints, week: Ints) -> Floats:
        """Return the features of some areas in some of the weeks, shape (rows, features)."""
        own = (*self.averages.values(), *self.others)
        logs = [np.log(one[area, week] + _LEAST) for one in own]
        turn, level = self.turn[week], np.log(self.level[week])
        also = [self.plain[name][area, week] for name in ("last", "since")]
        return np.stack([*logs, *also, level, np.sin(turn), np.cos(turn)], axis=-1)


def signals(past: CaseHistory, first: int) -> Signals:
    """Return the signals of the weeks from `first` to the one after all that is known."""
    total, weeks = past.total, len(past.numbers)
    averages = {one: total @ _weights(weeks, one, first) for one in HALF_LIVES}
    others = [one @ _weights(weeks, _OF_CATEGORIES, first) for one in past.largest()]
    others += [past.rings[width] @ averages[half] for width, each in RINGS for half in each]
    sums = np.concatenate([np.zeros((len(total), 1)), np.cumsum(total, axis=1)], axis=1)
    week = np.arange(first, weeks + 1)

    def mean(begin: Ints, end: Ints) -> Floats:
        begin = np.maximum(begin, 0)
        return (sums[:, end] - sums[:, begin]) / np.maximum(end - begin, 1)

    # the last week with a case before each; long before the first there was none
    had = np.where(total > 0, np.arange(weeks), -_LONG)
    had = np.maximum.accumulate(np.pad(had, ((0, 0), (1, 0)), constant_values=-_LONG), axis=1)
    year = np.maximum(week - 51, 0)
    plain = {
        "last": mean(week - 1, week),
        "since": np.minimum(week - had[:, week], _LONG).astype(np.float64),
        "four": mean(week - 4, week),
        "long": mean(np.zeros_like(week), week),
        "season": mean(week - 53, np.where(year > 0, year, week)),
    }
    level: Floats = (total @ _weights(weeks, _OF_LEVEL, first)).mean(axis=0) + 1e-9
    turn: Floats = np.asarray((past.numbers.start + week) * (2 * np.pi / _YEAR), np.float64)
    return Signals(first, averages, plain, others, level, turn)


def _weights(weeks: int, half_life: int, first: int) -> Floats:
    """Return how much each week counts for the weeks from `first` on: :func:`ewma` as a product.

    Shape (weeks, weeks + 1 − first); nothing before the first week.
    """
    age = np.arange(first, weeks + 1) - 1 - np.arange(weeks)[:, None]
    weight = np.where(age >= 0, 0.5 ** (np.maximum(age, 0) / half_life), 0.0)
    return weight / np.maximum(weight.sum(axis=0), 1e-9)


def rings_of(x: Floats, y: Floats) -> dict[float, sparse.csr_matrix]:
    """Return for each width how much each other area counts: a Gaussian of its distance.

    Parameters
    ----------
    x, y
        A point within each area, metres; shape (areas,).

    Returns
    -------
    weights
        Rows sum to one, of an area with none near to nought; the area itself is left out.
    """
    tree, out = cKDTree(np.column_stack([x, y])), {}
    for width, _ in RINGS:
        near = tree.sparse_distance_matrix(tree, _REACH * width, output_type="coo_matrix")
        others = near.row != near.col
        weight = np.exp(-0.5 * (near.data[others] / width) ** 2)
        # areas on one point lie at no distance, and are near all the same
        found = sparse.csr_matrix((weight, (near.row[others], near.col[others])), near.shape)
        total = np.asarray(found.sum(axis=1)).ravel()
        out[width] = sparse.diags(1 / np.maximum(total, 1e-12)) @ found
    return out
