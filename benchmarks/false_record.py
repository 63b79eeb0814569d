"""How often the record says "better than the simple average" where nothing can be known.

Cities of 120 areas that are all alike: whatever stands first, the same comes in the mean. Two
averages of the past with other half-lives are sealed each week for two years and scored, and
somebody looks every week. ``python -m benchmarks.false_record`` draws 1,000 cities.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pandas as pd

from benchmarks.many import judged
from geo_service.forecast import Came, ewma, lifetime, outcome

AREAS, MEAN, PAST, WEEKS, ASKED = 120, 1.0, 26, 104, 0.05
IDS = [f"{number:03d}" for number in range(AREAS)]
BEGIN = pd.Timestamp("2026-06-08T00:00Z")
NO_SPELLS = pd.DataFrame(
    {"case_id": [], "started_at": pd.DatetimeIndex([], tz="UTC"), "ended_at": [], "returned": []}
)


def says_better(seed: int, gain: float = 0.0) -> bool:
    """Tell whether the record of a city ever says so, looked at each week.

    Parameters
    ----------
    gain
        Of which share of the order that is shown the future is known: 0 is what is asked of.
    """
    rng = np.random.default_rng([13, seed])
    counts = rng.poisson(MEAN, (AREAS, PAST + WEEKS + 4))
    shown, simple = ewma(counts, 4.0), ewma(counts, 13.0)
    outcomes = []
    for week in range(PAST, PAST + WEEKS):
        came = counts[:, week + 1 : week + 5].sum(axis=1)
        order = shown[:, week] + gain * came
        said = pd.DataFrame({"area_id": IDS, "shown": order, "simple": simple[:, week]})
        outcomes.append(("ranking", outcome("ranking", said, _came(came))))
    # between two of these the record says the same
    looks = range(4, WEEKS + 1, 4)
    return any(lifetime(outcomes[:look])["ranking"]["better"] for look in looks)


def _came(counts: np.ndarray) -> Came:
    cases = pd.DataFrame({"area_id": np.repeat(IDS, counts), "category": "D01", "link": "rebound"})
    return Came(cases, NO_SPELLS, BEGIN)


def share(cities: int, processes: int = 1, *, bar: bool = False) -> float:
    """Return the share of so many cities whose record ever says so."""
    name = "nothing known" if bar else None
    return float(np.mean(judged(says_better, range(cities), processes, at_once=5, bar=name)))


def main() -> int:
    """Print the share and whether it is within what is asked; 1 where it is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    found = share(given.cities, given.processes, bar=True)
    told = "yes" if found <= ASKED else "NO"
    sys.stdout.write(f'"better" said though nothing is known  {found:.3f}  ≤ {ASKED:g}  {told}\n')
    return int(found > ASKED)


if __name__ == "__main__":
    raise SystemExit(main())
