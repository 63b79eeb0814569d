"""Andersen–Gill by Efron's partial likelihood: what pins down who is at risk (start < t ≤ stop).

No figure of the product is a regression; the rule of who is at risk is the same as that of the
mean cumulative function. Andersen, Gill: Annals of Statistics 10, 1982; Efron: JASA 72, 1977.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Fit(NamedTuple):
    """Coefficients, their standard errors and the logarithm of the partial likelihood."""

    coefficients: np.ndarray
    errors: np.ndarray
    log_likelihood: float


def fit(x, start, stop, event, steps=12) -> Fit:
    """Fit by Newton's steps from zero."""
    x = x - x.mean(axis=0)
    beta = np.zeros(x.shape[1])
    times = np.unique(stop[event])
    for _ in range(steps):
        value, slope, information = _at(beta, x, start, stop, event, times)
        beta = beta + np.linalg.solve(information, slope)
    value, _, information = _at(beta, x, start, stop, event, times)
    return Fit(beta, np.sqrt(np.diag(np.linalg.inv(information))), value)


def _at(beta, x, start, stop, event, times):
    weight = np.exp(x @ beta)
    value, slope, information = 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
    for time in times:
        risk, ends = (start < time) & (time <= stop), event & (stop == time)
        gone = np.arange(ends.sum()) / ends.sum()
        w, v = weight[risk], weight[ends]
        sum0 = w.sum() - gone * v.sum()
        sum1 = w @ x[risk] - gone[:, None] * (v @ x[ends])
        both = (x[risk].T * w) @ x[risk], (x[ends].T * v) @ x[ends]
        sum2 = both[0] - gone[:, None, None] * both[1]
        mean = sum1 / sum0[:, None]
        value += (x[ends] @ beta).sum() - np.log(sum0).sum()
        slope = slope + x[ends].sum(axis=0) - mean.sum(axis=0)
        spread = sum2 / sum0[:, None, None] - mean[:, :, None] * mean[:, None, :]
        information = information + spread.sum(axis=0)
    return value, slope, information
