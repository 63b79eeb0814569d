"""Gi* by esda and Mann–Kendall by pymannkendall, for an interpreter that has them; nothing of ours.

``python pattern_peer.py IN.npz OUT.npz``: `indptr`, `indices`, `values` (areas × columns) and
`series` (k × weeks) come in; Gi* of the columns, S and z of the series, and the seconds go out.
"""

from __future__ import annotations

import sys
import time
import warnings

import esda
import libpysal
import numpy as np
import pymannkendall


def main(source: str, target: str) -> None:
    """Take a column, and a series, after the other; the first of each once beforehand."""
    warnings.simplefilter("ignore")
    given = np.load(source)
    indptr, indices, values, series = (
        given[name] for name in ("indptr", "indices", "values", "series")
    )
    weights = libpysal.weights.W(
        {k: indices[indptr[k] : indptr[k + 1]].tolist() for k in range(len(indptr) - 1)},
        silence_warnings=True,
    )

    def gi_star(column: int) -> np.ndarray:
        # its default, rows that add up to one, takes Σ w² for Σ w: only ones are right
        return esda.G_Local(
            values[:, column], weights, transform="B", star=True, permutations=0, n_jobs=1
        ).Zs

    gi_star(0)
    begun = time.perf_counter()
    z = np.column_stack([gi_star(column) for column in range(values.shape[1])])
    gi_seconds = time.perf_counter() - begun

    pymannkendall.original_test(series[0])
    begun = time.perf_counter()
    trends = [pymannkendall.original_test(one) for one in series]
    trend_seconds = time.perf_counter() - begun
    np.savez(
        target,
        z=z,
        gi_seconds=gi_seconds,
        s=np.array([one.s for one in trends]),
        trend_z=np.array([one.z for one in trends]),
        trend_seconds=trend_seconds,
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
