"""Kaplan–Meier by lifelines, for an interpreter that has it: numpy and lifelines, nothing of ours.

``python lifelines_peer.py IN.npz OUT.npz``: `days`, `event`, `edges` of the groups and `horizons`
come in; for each group and horizon the survival and its interval go out, with the seconds taken.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise

import lifelines
import numpy as np


def main(source: str, target: str) -> None:
    """Fit all groups one after another; the first is fitted once beforehand, to be warm."""
    given = np.load(source)
    days, event, horizons = given["days"], given["event"], given["horizons"]
    parts = [slice(*edges) for edges in pairwise(given["edges"])]
    lifelines.KaplanMeierFitter().fit(days[parts[0]], event[parts[0]])

    begun = time.perf_counter()
    fitted = [lifelines.KaplanMeierFitter().fit(days[part], event[part]) for part in parts]
    estimates = [one.predict(horizons).to_numpy() for one in fitted]
    seconds = time.perf_counter() - begun

    intervals = np.empty((len(parts), len(horizons), 2))
    for number, one in enumerate(fitted):
        table = one.confidence_interval_survival_function_
        place = np.searchsorted(table.index.to_numpy(), horizons, side="right") - 1
        intervals[number] = table.to_numpy()[place]
    np.savez(
        target,
        seconds=seconds,
        survival=np.array(estimates),
        low=intervals[:, :, 0],
        high=intervals[:, :, 1],
        version=lifelines.__version__,
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
