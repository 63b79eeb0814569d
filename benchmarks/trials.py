"""Whether the coin tells the truth: trials drawn by place and week in a simulated district.

Half a case a place-week in the mean; places differ by a gamma factor of variance 0.3 that they
keep; being drawn takes a share of the week's cases away. ``python -m benchmarks.trials``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geo_service.forecast.effects import draw, trial_effect

PLACES, WEEKS, MEAN, FRAILTY = 150, 20, 0.5, 0.3
EFFECTS = (0.0, -0.16, -0.3)
BIAS, COVERED, POWER, ASKED_OF = 0.01, (0.93, 0.97), 0.8, -0.16


class Told(NamedTuple):
    """Of many trials of one true effect: bias of the change, intervals that hold it, power."""

    bias: float
    covered: float
    power: float


def told(effect: float, trials: int) -> Told:
    """Draw so many trials and estimate each."""
    found = []
    for seed in range(trials):
        rng = np.random.default_rng([5, seed])
        place = rng.gamma(1 / FRAILTY, FRAILTY, PLACES)
        drawn = draw(PLACES, PLACES // 2, WEEKS, seed)
        cases = rng.poisson(MEAN * place * np.where(drawn, 1 + effect, 1.0)).astype(np.int32)
        got = trial_effect(cases, drawn)
        found.append((got.change, got.low, got.high))
    change, low, high = np.array(found).T
    return Told(
        float(change.mean() - effect),
        float(((low <= effect) & (effect <= high)).mean()),
        float((high < 0).mean()),
    )


def main(asked: Sequence[str] | None = None) -> int:
    """Print bias, coverage and power; 1 where one is not as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=2_000)
    given = parser.parse_args(asked)
    begun, kept = time.process_time(), True
    sys.stdout.write("true effect     bias  covered  power\n")
    for effect in EFFECTS:
        got = told(effect, given.trials)
        held = abs(got.bias) <= BIAS and COVERED[0] <= got.covered <= COVERED[1]
        held &= effect != ASKED_OF or got.power >= POWER
        kept &= held
        sys.stdout.write(
            f"{effect:11.2f}{got.bias:+9.4f}{got.covered:9.3f}{got.power:7.3f}"
            f"  {'as asked' if held else 'NOT as asked'}\n"
        )
    sys.stderr.write(f"{time.process_time() - begun:.0f} CPU s\n")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
