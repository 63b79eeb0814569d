"""The candidates: each is fitted on weeks of the past, and says of others what is to come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from geo_service.forecast.signals import HALF_LIVES, Signals
from geo_service.measure import Floats

Predict = Callable[[Signals], Floats]
"""The mean of each area in each of the weeks, shape (areas, n)."""


@dataclass(frozen=True)
class ForecastParams:
    """What turns the forecast.

    Parameters
    ----------
    train_weeks, validate_weeks, refit_weeks
        On how many weeks candidates are fitted, on how many later ones they are compared, and for
        how many weeks that holds; a younger district than `least_weeks` looks every
        `young_weeks` and has its simple candidates alone.
    least_weeks, least_cases
        What fitted models need.
    zeros
        Share of the area-weeks without a case that are trained on, weighted.
    ageing
        Weeks after which a week counts half in training.
    floor
        Share of a simple figure that is the district's mean: an area that had none is not
        impossible.
    """

    train_weeks: int = 91
    validate_weeks: int = 26
    refit_weeks: int = 26
    young_weeks: int = 4
    least_weeks: int = 78
    least_cases: int = 1_000
    zeros: float = 0.06
    ageing: float = 78.0
    floor: float = 0.1
    trees: int = 120


_AT_ONCE = 50_000

EWMA = "ewma"
SIMPLE = {"last_week": "last", "four_weeks": "four", "long_run": "long", "seasonal": "season"}
"""Candidates that need no fitting, and the signals that they are."""

FITTED = ("poisson", "trees", "stack")

Fit = Callable[[Signals, Floats, int, ForecastParams], Predict]
"""Fit on the signals and what came, shape (areas, ≥ until), of the weeks before number `until`."""


def plain(name: str) -> Fit:
    """Return a candidate that is one of the plain signals."""

    def fit(_: Signals, __: Floats, ___: int, params: ForecastParams) -> Predict:
        return lambda signals: _floored(signals.plain[name], params)

    return fit


def ewma_tuned(signals: Signals, came: Floats, until: int, params: ForecastParams) -> Predict:
    """Choose the half-life of the exponential average by its deviance."""
    half = HALF_LIVES[4]
    if until:
        means = {one: _floored(signals.averages[one][:, :until], params) for one in HALF_LIVES}
        half = min(means, key=lambda one: float(deviance(means[one], came[:, :until]).mean()))
    return lambda later: _floored(later.averages[half], params)


def shrunk(_: Signals, __: Floats, ___: int, ____: ForecastParams) -> Predict:
    """Gamma-Poisson: a year's average drawn to the district's mean (Marshall 1991)."""
    half = 52
    exposure = 1 / (1 - 0.5 ** (1 / half))

    def predict(later: Signals) -> Floats:
        rate = later.averages[half]
        mean = rate.mean(axis=0)
        spread = np.maximum(((rate - mean) ** 2).mean(axis=0) - mean / exposure, 1e-12)
        return mean + (rate - mean) * spread / (spread + mean / exposure) + 1e-9

    return predict


def poisson(signals: Signals, came: Floats, until: int, params: ForecastParams) -> Predict:
    """Fit a log-linear Poisson regression on all features."""
    from sklearn.linear_model import PoissonRegressor

    x, y, weight = _rows(signals, came, until, params)
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    # a ridge as strong as ten rows
    model = PoissonRegressor(alpha=10 / len(y), solver="newton-cholesky", max_iter=300)
    model.fit((x - mean) / scale, y, sample_weight=weight)
    return _by_row(lambda rows: model.predict((rows - mean) / scale))


def trees(signals: Signals, came: Floats, until: int, params: ForecastParams) -> Predict:
    """Fit boosted trees for counts on all features."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    x, y, weight = _rows(signals, came, until, params)
    model = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.06,
        max_iter=params.trees,
        max_leaf_nodes=12,
        # to find 255 bins by weight takes longer than all trees
        max_bins=63,
        min_samples_leaf=200,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=0,
    )
    # one thread a process: on a busy machine two wait for one another
    with threadpool_limits(1, "openmp"):
        model.fit(x, y, sample_weight=weight)

    def predict(rows: Floats) -> Floats:
        with threadpool_limits(1, "openmp"):
            return np.asarray(model.predict(rows))

    return _by_row(predict)


CANDIDATES: Mapping[str, Fit] = {
    EWMA: ewma_tuned,
    **{name: plain(signal) for name, signal in SIMPLE.items()},
    "shrunk": shrunk,
    "poisson": poisson,
    "trees": trees,
}
"""All but the stack, which is made of the last two."""


def stacked(one: Predict, other: Predict, share: float) -> Predict:
    """Return the geometric mean of two, the first counting `share`."""
    return lambda signals: one(signals) ** share * other(signals) ** (1 - share)


def deviance(mean: Floats, came: Floats) -> Floats:
    """Return the Poisson deviance of each count, same shape; `mean` is positive.

    >>> deviance(np.array([1.0, 1.0]), np.array([1.0, 0.0])).tolist()
    [0.0, 2.0]
    """
    logs = np.log(np.where(came > 0, came, 1) / mean)
    return np.asarray(2 * (np.where(came > 0, came * logs, 0) - (came - mean)))


def _floored(figure: Floats, params: ForecastParams) -> Floats:
    return (1 - params.floor) * figure + params.floor * figure.mean(axis=0) + 1e-9


def _rows(
    signals: Signals, came: Floats, until: int, params: ForecastParams
) -> tuple[Floats, Floats, Floats]:
    """Return features, cases by the district's level, and weights of the rows to train on."""
    first = max(until - params.train_weeks, 0)
    y = came[:, first:until]
    # which nothings are taken is drawn by their places, so that it is drawn again the same
    lot = (np.arange(len(y))[:, None] * 7919 + np.arange(y.shape[1]) * 104_729) % 1000
    drawn = lot < params.zeros * 1000
    area, week = np.nonzero((y > 0) | drawn)
    zeros, taken = (y == 0).sum(axis=0), ((y == 0) & drawn).sum(axis=0)
    counts = np.where(y[area, week] > 0, 1.0, (zeros / np.maximum(taken, 1))[week])
    cases, level = y[area, week], signals.level[first + week]
    weight = counts * level * 0.5 ** ((y.shape[1] - week) / params.ageing)
    return signals.table(area, first + week), cases / level, weight / weight.mean()


def _by_row(model: Callable[[Floats], Floats]) -> Predict:
    def predict(signals: Signals) -> Floats:
        shape = next(iter(signals.averages.values())).shape
        area, week = (one.ravel() for one in np.indices(shape))
        means = np.empty(len(area))
        for first in range(0, len(area), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            means[some] = model(signals.table(area[some], week[some]))
        return means.reshape(shape) * signals.level + 1e-9

    return predict
