"""How large the effect of nothing is: the worst 2 % of Chicago's squares, left as they were.

At each week of the record the squares that were worst in the last four weeks are asked what the
next weeks' effect of doing nothing was. Weeks overlap: they are resampled by blocks of eight.
``python -m benchmarks.placebo`` needs ``../shared/data/chicago`` and imports it once.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_service.forecast.effects import EffectParams, Expecter

WORST, BLOCK, DRAWS = 0.02, 8, 2_000
LENGTHS = (4, 8)
MEAN, COVERED, SE = 0.03, 0.92, 0.02


class Placebo(NamedTuple):
    """Of all weeks at which nothing was done.

    Parameters
    ----------
    times
        How many.
    mean, se
        Of the effects, and its standard error by blocks of weeks.
    plain
        Mean of the plain before and after, which is what nobody should print.
    covered
        Share of intervals that hold 0.
    width
        Median length of the interval.
    """

    times: int
    mean: float
    se: float
    plain: float
    covered: float
    width: float

    @property
    def as_asked(self) -> bool:
        """Whether the mean is near 0 and the intervals hold it."""
        near = abs(self.mean) <= MEAN or (abs(self.mean) <= 2 * self.se and self.se <= SE)
        return near and self.covered >= COVERED


def placebo(
    cases: NDArray[np.int32], length: int, begun: int = 0, params: EffectParams | None = None
) -> Placebo:
    """Ask at each week what doing nothing at the worst areas did in the next `length` weeks."""
    params = params or EffectParams()
    expecter = Expecter(cases, begun, params)
    worst = max(round(WORST * len(cases)), 1)
    effects, plain = [], []
    first = begun + params.least_weeks + params.least_times * params.step_weeks + length
    for at in range(max(first, begun + 52 + length), cases.shape[1] - length + 1):
        treated = np.zeros(len(cases), dtype=bool)
        treated[expecter.order(at)[:worst]] = True
        found = expecter.effect(treated, at, at + length)
        effects.append((found.change, found.low, found.high))
        plain.append(found.observed / max(found.before, 1) - 1)
    change, low, high = np.array(effects).T
    rng, size = np.random.default_rng(1), len(change)
    blocks = rng.integers(0, max(size - BLOCK, 1), (DRAWS, -(-size // BLOCK)))
    index = np.minimum(blocks[:, :, None] + np.arange(BLOCK), size - 1).reshape(DRAWS, -1)
    return Placebo(
        size,
        float(change.mean()),
        float(change[index].mean(axis=1).std()),
        float(np.mean(plain)),
        float(((low <= 0) & (high >= 0)).mean()),
        float(np.median(high - low)),
    )


def chicago(keep: Path | None = None) -> NDArray[np.int32]:
    """Return the cases of Chicago's squares of 250 m by week, as the product links them."""
    if keep is not None and keep.exists():
        return np.asarray(np.load(keep), dtype=np.int32)
    from benchmarks.chicago import REPORTS
    from benchmarks.service import Service
    from geo_service.store import open_store

    with tempfile.TemporaryDirectory() as name:
        service = Service.within(Path(name))
        service.run("reports", "import", REPORTS, "--preset", "chicago-311")
        service.run("areas", "grid", "--cell", "250")
        service.run("refresh")
        store = open_store(service.environ["GEO_SERVICE_DB"])
        try:
            cases = store.runs.series("cases", "*")
        finally:
            store.close()
    assert cases is not None
    if keep is not None:
        np.save(keep, cases)
    return np.asarray(cases, dtype=np.int32)


def begins(cases: NDArray[np.int32]) -> int:
    """Return the first week of 25 cases or more."""
    return int(np.argmax(cases.sum(axis=0) >= 25))


def main(asked: Sequence[str] | None = None) -> int:
    """Print the effect of nothing; 1 where it is not near 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="where the counts are kept between runs (.npy)")
    given = parser.parse_args(asked)
    cases = chicago(given.keep)
    begun, kept = time.process_time(), True
    sys.stdout.write("weeks  times    mean      se  before/after  interval holds 0   its length\n")
    for length in LENGTHS:
        got = placebo(cases, length, begins(cases))
        kept &= got.as_asked
        sys.stdout.write(
            f"{length:5}{got.times:7}{got.mean:+8.3f}{got.se:8.3f}{got.plain:+14.3f}"
            f"{got.covered:18.3f}{got.width:13.2f}  {'as asked' if got.as_asked else 'NO'}\n"
        )
    sys.stderr.write(f"{time.process_time() - begun:.0f} CPU s\n")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
