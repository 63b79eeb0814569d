"""A crew is proposed by a rule one can say in a sentence."""

from datetime import date
from types import MappingProxyType

import pandas as pd

from geo_service.measure import to_metres
from geo_service.web.data.suggest import candidates

SUNDAY, MONDAY = date(2026, 6, 28), date(2026, 6, 29)
CREWS = pd.DataFrame(
    {
        "crew_id": ["near", "far", "skilled"],
        "skills": ["wash", "wash", "wash haul"],
        "weekdays": ["1-5", None, "1-7"],
        "depot_lon": [103.70, 103.80, 103.90],
        "depot_lat": [36.0, 36.0, 36.0],
    }
)
HERE = to_metres([103.70], [36.0], 32648)


def ask(day=MONDAY, skill="wash", load=MappingProxyType({}), crews=CREWS):
    return candidates(crews, load, day, skill, 32648).nearest(*HERE)[0]


def test_the_nearest_that_works_that_day():
    assert ask() == "near"
    assert ask(day=SUNDAY) == "far"


def test_skill_comes_before_distance():
    assert ask(skill="haul") == "skilled"


def test_a_skill_nobody_has_is_no_reason_to_propose_nobody():
    assert ask(skill="fly") == "near"


def test_fewest_areas_come_before_distance():
    assert ask(load={"near": 1}) == "far"
    assert ask(load={"near": 1, "far": 1, "skilled": 1}) == "near"


def test_nobody_where_nobody_works():
    assert ask(day=SUNDAY, crews=CREWS.iloc[:1]) is None
    assert ask(crews=CREWS.iloc[:0]) is None


def test_a_crew_without_a_depot_comes_last():
    assert ask(crews=CREWS.assign(depot_lon=[None, 103.8, 103.9])) == "far"
