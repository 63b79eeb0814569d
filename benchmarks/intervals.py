"""How often the 95 % intervals hold the truth: Kaplan–Meier, areas drawn together, returns a site.

Spells return after a Weibull time (shape 0.6: most returns come early) whose probability within
30 days is known. Censored ones are watched for a time even between 0 and 90 days: a third of them
for less than the 30. The hardest ones are watched for 30 days at most; those, and the few
areas of another kind alone, are not judged.
``python -m benchmarks.intervals`` draws enough for a standard error of about 0.002 a class; a small
edition is drawn by the tests.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_service.measure import (
    Risk,
    by_length,
    mean_returns,
    risks_by_group,
    shrink,
    watched_sites,
)

HORIZON, SHAPE, WATCHED = 30.0, 0.6, 90.0
LOW, HIGH = 0.93, 0.97
CLASSES: dict[str, tuple[int, ...]] = {
    "≤ 5": (1, 2, 3, 4, 5),
    "≤ 30": tuple(range(6, 31, 3)),
    "> 30": tuple(range(31, 181, 30)),
}
RISKS = (0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
"""What Chicago's sites have, by category, horizon and number of earlier episodes, and more."""
AREAS = 60
PRIORS = tuple((mean, strength) for mean in (0.08, 0.15, 0.3) for strength in (5.0, 20.0, 80.0))
"""Mean and strength of the beta distributions from which areas are drawn."""
OTHERS, OTHERS_TIMES, OTHERS_A = 0.02, 3.0, 1.5
"""The other kind of areas: how many, how many times the mean, and how uneven."""

YEAR, FRAILTY = 365.0, 0.5
RETURNS = (0.2, 0.5, 1.0, 2.0)
"""Mean returns of a site in a year; sites differ by a gamma factor of variance 0.5."""
SITES: dict[str, tuple[int, ...]] = CLASSES | {"≤ 5": (5,)}
"""Below five sites there is no figure."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Coverage:
    """Of one class.

    Parameters
    ----------
    each
        Share of intervals that hold the truth, by risk or by prior.
    width
        Mean width of the intervals; of returns a site the median.
    """

    each: tuple[float, ...]
    width: float

    @property
    def mean(self) -> float:
        """Over all risks or priors."""
        return float(np.mean(self.each))

    @property
    def holds(self) -> bool:
        """Whether the mean lies within what is asked."""
        return LOW <= self.mean <= HIGH


def spells(
    rng: np.random.Generator, risk: Floats, sizes: Ints, *, censored: bool, watched: float = WATCHED
) -> tuple[Ints, Floats, NDArray[np.bool_]]:
    """Return group, days and event of `sizes` spells a group whose P(≤ 30 days) is `risk`.

    `watched` is the longest time, in days, for which censored ones are.
    """
    group = np.repeat(np.arange(len(sizes)), sizes)
    scale = HORIZON / (-np.log1p(-risk)) ** (1 / SHAPE)
    returns = scale[group] * rng.weibull(SHAPE, len(group))
    until = rng.uniform(0, watched, len(group)) if censored else np.full(len(group), np.inf)
    days: Floats = np.minimum(returns, until)
    # the longest is cut: nothing is asked of later days
    return group, np.minimum(days, 1e6), returns <= until


def estimated(
    rng: np.random.Generator, risk: Floats, sizes: Ints, *, censored: bool, watched: float = WATCHED
) -> Risk:
    """Draw spells and estimate each group's risk as the product does."""
    group, days, event = spells(rng, risk, sizes, censored=censored, watched=watched)
    return risks_by_group(by_length(days, event, [HORIZON]), group, len(sizes))[0]


def own(size: str, draws: int, *, censored: bool, watched: float = WATCHED) -> Coverage:
    """Return the coverage of Kaplan–Meier's interval, `draws` groups for each size and risk."""
    each, width = [], []
    for number, risk in enumerate(RISKS):
        rng = np.random.default_rng([1, list(CLASSES).index(size), number, censored])
        sizes = np.repeat(np.array(CLASSES[size], dtype=np.int64), draws)
        risks = np.full(len(sizes), risk)
        got = estimated(rng, risks, sizes, censored=censored, watched=watched)
        each.append(float(((got.low <= risk) & (risk <= got.high)).mean()))
        width.append(float((got.high - got.low).mean()))
    return Coverage(tuple(each), float(np.mean(width)))


def together(size: str, cities: int, *, censored: bool, others: bool = False) -> Coverage:
    """Return the coverage of the shrunk interval: areas whose risks are drawn from a prior.

    Each city has 60 areas with sizes of all classes; those of the class are counted. With
    `others` one area in 50 is of the other kind that the prior knows, and these alone are counted.
    """
    every = np.concatenate([np.resize(sizes, AREAS // len(CLASSES)) for sizes in CLASSES.values()])
    sizes = np.tile(every.astype(np.int64), cities)
    mine = np.isin(sizes, CLASSES[size])
    family = np.repeat(np.arange(cities), AREAS)
    each, width = [], []
    for number, (mean, strength) in enumerate(PRIORS):
        rng = np.random.default_rng([2, number, censored])
        risk = rng.beta(strength * mean, strength * (1 - mean), len(sizes))
        counted = mine
        if others:
            middle = min(OTHERS_TIMES * mean, 0.5)
            of_others = rng.random(len(sizes)) < OTHERS
            drawn = rng.beta(OTHERS_A, OTHERS_A * (1 / middle - 1), len(sizes))
            risk = np.where(of_others, drawn, risk)
            counted = mine & of_others
        # a risk of all but 0 or 1 has no time scale, and would be no news
        got = estimated(rng, risk.clip(1e-6, 1 - 1e-6), sizes, censored=censored)
        found = shrink(
            got.events[:, None], got.n_eff[:, None], family, np.full((cities, 1), mean), least=0.0
        )
        low, high, true = found.low[counted, 0], found.high[counted, 0], risk[counted]
        some = np.isfinite(low)
        each.append(float(((low <= true) & (true <= high))[some].mean()))
        width.append(float((high - low)[some].mean()))
    return Coverage(tuple(each), float(np.mean(width)))


def returns(size: str, draws: int, *, censored: bool) -> Coverage:
    """Return the coverage of the interval of the mean cumulative function at a year.

    Groups of `size` sites; censored ones are watched for a time even between 0 and 2 years. Groups
    without any return have no interval and are left out.
    """
    each, width = [], []
    for number, mean in enumerate(RETURNS):
        rng = np.random.default_rng([3, list(SITES).index(size), number, censored])
        sizes = np.repeat(np.array(SITES[size], dtype=np.int64), draws)
        group = np.repeat(np.arange(len(sizes)), sizes)
        own_mean = mean * rng.gamma(1 / FRAILTY, FRAILTY, len(group))
        site = np.repeat(np.arange(len(group)), rng.poisson(own_mean))
        day = rng.uniform(0, YEAR, len(site))
        followed = np.full(len(group), YEAR)
        if censored:
            followed = rng.uniform(0, 2 * YEAR, len(group))
        got = mean_returns(watched_sites(followed, site, day), group, len(sizes), YEAR)
        some = np.isfinite(got.low)
        each.append(float(((got.low <= mean) & (mean <= got.high))[some].mean()))
        width.append(float(np.median((got.high - got.low)[some])))
    return Coverage(tuple(each), float(np.mean(width)))


def _tell(name: str, size: str, word: str, got: Coverage, said: str) -> None:
    figures = f"{got.mean:.3f}    {min(got.each):.3f}   {max(got.each):.3f}    {got.width:.3f}"
    sys.stdout.write(f"{name:16}{size:7}{word:12}{figures}  {said}\n")


def main(asked: Sequence[str] | None = None) -> int:
    """Print what is covered by class and whether that is within what is asked; 1 where not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000, help="of each size and risk")
    parser.add_argument("--cities", type=int, default=300, help="of each prior")
    given = parser.parse_args(asked)
    begun, kept = time.perf_counter(), True
    sys.stdout.write(f"{'interval':16}{'n':7}{'':12}covered  lowest  highest  width\n")
    for name, of, times in (
        ("own", own, given.draws),
        ("drawn together", together, given.cities),
        ("returns a site", returns, given.draws),
    ):
        for size in CLASSES:
            for censored in (False, True):
                got = of(size, times, censored=censored)
                kept &= got.holds
                word = "censored" if censored else ""
                _tell(name, size, word, got, "yes" if got.holds else "NO")
    for size in CLASSES:
        _tell("own", size, "hardest", own(size, given.draws, censored=True, watched=HORIZON), "")
    for size in CLASSES:
        kind = together(size, given.cities, censored=True, others=True)
        _tell("drawn together", size, "other kind", kind, "")
    sys.stderr.write(f"{time.perf_counter() - begun:.0f} s\n")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
