"""An interval that may be looked at every week holds at all looks together."""

import numpy as np

from geo_service.measure.sequential import always_valid

LOOKS = range(6, 61)


def test_a_mean_of_nought_is_nearly_never_called_positive() -> None:
    rng = np.random.default_rng(20261201)
    wrong = {"normal": 0, "skewed": 0}
    for _ in range(200):
        laws = {
            "normal": rng.normal(size=60),
            "skewed": rng.exponential(size=60) - 1,
        }
        for name, values in laws.items():
            wrong[name] += any(always_valid(values[:t])[0] > 0 for t in LOOKS)
    assert wrong["normal"] <= 17  # 5 % of 200, and three standard errors more
    assert wrong["skewed"] <= 17


def test_what_is_there_is_found_and_the_interval_narrows() -> None:
    values = np.random.default_rng(1).normal(1.0, 1.0, 60)
    low, high = always_valid(values)
    assert 0 < low < values.mean() < high
    wide = always_valid(values[:10])
    assert high - low < wide[1] - wide[0]


def test_one_value_says_nothing_of_its_spread() -> None:
    assert always_valid(np.array([3.0])) == (-np.inf, np.inf)
