"""An estimate stands on enough data, or is null beside its counts."""

import pytest

from geo_service.rebound import ReboundParams, rates
from tests.rebound.conftest import AREAS, FIGURES
from tests.rebound.histories import spells


def test_a_rest_of_closures_that_nobody_verified_is_said_beside_each_figure():
    got = rates(
        spells({"unverified": True}, {"unverified": True}, {"area_id": "b"}).assign(source=None),
        AREAS,
    )
    of_area = got[(got["level"] == "area") & (got["category"] == "*")].set_index("key")
    assert of_area["unverified"].to_dict() == {"a": 2, "b": 0}


def test_five_closures_watched_to_the_end_are_enough_and_four_are_not():
    five, four = [{"area_id": "a"}] * 5, [{"area_id": "b"}] * 4
    got = rates(spells(*five, *four).assign(source=None), AREAS)
    rows = got[(got["level"] == "area") & (got["category"] == "*")].set_index("key")
    assert rows["enough_data"].to_dict() == {"a": True, "b": False}
    assert rows["n_eff"].to_dict() == {"a": 5.0, "b": 4.0}


def test_without_enough_data_every_probability_is_null_and_the_counts_stay():
    got = rates(spells({"days": 3, "returned": True}, {}, {}).assign(source=None), AREAS)
    row = got[got["level"] == "district"]
    assert row[FIGURES].isna().to_numpy().all()
    assert (row["closures"].item(), row["rebounds_7"].item(), row["rebounds_90"].item()) == (
        3,
        1,
        1,
    )


def test_six_closures_hardly_watched_are_not_enough():
    got = rates(spells(*[{"days": 3}] * 6).assign(source=None), AREAS)
    row = got[got["level"] == "district"]
    assert row["n_eff"].item() == pytest.approx(6 * 3 / 30)
    assert not row["enough_data"].item()


def test_the_limit_is_a_parameter():
    params = ReboundParams(least_n_eff=3)
    got = rates(spells({}, {}, {}).assign(source=None), AREAS, params)
    assert got.loc[got["level"] == "district", "enough_data"].item()
