"""A back-test is what would have been said at the time; what came later changes nothing of it."""

import numpy as np
import pytest

from geo_service.forecast import AS_SHOWN, Actual, ForecastParams, forecast, learn, retold, scores
from tests.forecast.towns import AREAS, GROUPS, counts, past

PARAMS = ForecastParams(trees=4)
CASES = counts()
NUMBERS = range(2152, 2160)


def tell(cases, numbers=NUMBERS):
    def known(number):
        return past(cases, number - 2000)

    return retold(known, numbers, GROUPS, PARAMS, lambda _: None)


@pytest.fixture(scope="module")
def told():
    return tell(CASES)


@pytest.fixture(scope="module")
def came():
    total = CASES.sum(axis=0)[:, [n - 2000 for n in NUMBERS]].astype(float)
    return Actual(total, np.zeros(len(NUMBERS)), np.full(AREAS, 62_500.0))


def test_what_comes_later_changes_nothing(told):
    corrupt = CASES.copy()
    corrupt[:, :, NUMBERS.start + 3 - 2000 :] = 77
    models, shown = tell(corrupt, NUMBERS[:4])
    for (_, one), (_, other) in zip(shown, told[1], strict=False):
        assert (one.mean == other.mean).all()
        assert one.model == other.model
    assert (models["stack"].mean == told[0]["stack"].mean[:, :4]).all()


def test_it_is_what_would_have_been_said_at_the_time(told):
    # the last of the weeks learns as of the last week that 26 divides
    last = NUMBERS[-1]
    learned = learn(past(CASES, 2158 - 2000), GROUPS, PARAMS)
    said = forecast(past(CASES, last - 2000), learned)
    assert (said.mean == told[1][-1][1].mean).all()
    assert said.number == last


def test_scores_are_those_of_the_weeks(told, came):
    got = scores(told[0], came, told[1][-1][1].model)
    models = {one["model"]: one for one in got["models"]}
    assert got["weeks"] == len(NUMBERS)
    assert {AS_SHOWN, got["shown"], "ewma"} <= set(models)
    assert models["ewma"]["minus_ewma_5"] == [0, 0, 0]
    best = models[got["shown"]]
    assert best["deviance"] < models["ewma"]["deviance"] < models["last_week"]["deviance"]
    assert 0 < best["recall_1"] < best["recall_5"] < best["recall_10"] < 1
    assert best["pai_5"] == pytest.approx(best["recall_5"] / 0.05)
    assert best["recall_5"] < best["pei_5"] < 1
    assert best["coverage_80"] == pytest.approx(0.8, abs=0.05)
    assert best["coverage_95"] == pytest.approx(0.95, abs=0.03)
    expected, happened = np.array(best["calibration"]).T
    assert happened.sum() == came.cases.sum()
    assert expected.sum() == pytest.approx(happened.sum(), rel=0.2)


def test_one_who_knows_catches_all_that_can_be_caught(told, came):
    ewma = told[0]["ewma"]
    knows = {"ewma": ewma, "knows": ewma._replace(mean=came.cases + 1e-9)}
    assert scores(knows, came, "ewma")["models"][1]["pei_5"] == pytest.approx(1)
