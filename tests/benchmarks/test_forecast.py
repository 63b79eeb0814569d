"""The benchmark of the forecast on a few reports of a real city: asked, told, held."""

from datetime import UTC, datetime

import pytest

from benchmarks.forecast import CITIES, filled, judged
from geo_service.flow.forecasts import back_test

pytestmark = pytest.mark.shared_data


def test_a_city_of_few_reports_is_judged(shared_data, tmp_path):
    city = CITIES["queens_311"]
    store = filled(city, tmp_path, rows=5_000, as_of=datetime(2020, 4, 13, 4, tzinfo=UTC))
    found, _ = back_test(store, 8)
    store.close()
    models = {one["model"]: one for one in found["models"]}
    assert models["ewma"]["recall_5"] > models["last_week"]["recall_5"]
    assert models["as_shown"]["coverage_95"] == pytest.approx(0.95, abs=0.03)
    assert models["seasonal"]["minus_ewma_5"][1] < 0
    lines = list(judged("queens_311", city, found, 1.0))
    assert [line[1] for line in lines][:2] == [
        "recall@5 % not surely below",
        "deviance not surely above",
    ]
    assert {line[3] for line in lines[:2]} == {"yes"}
    assert next(judged("chicago", city, found, 1.0))[3] == "NO"
