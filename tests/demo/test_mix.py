"""Problems are spread as in the published counts, over seasons, weekdays and hours."""

import numpy as np
import pytest

from geo_service.terms import packaged_categories

ZONE = "Asia/Shanghai"


@pytest.fixture(scope="module")
def local(demo):
    return demo.reports["reported_at"].dt.tz_convert(ZONE)


def share(mask) -> float:
    return float(np.mean(mask))


def test_mix_follows_the_published_counts(demo):
    mix = demo.reports["category"].value_counts(normalize=True)
    own = packaged_categories().query("scheme == 'qilihe'")["code"]
    # the campaign counted no unlicensed trading apart from stalls
    assert set(mix.index) == set(own) - {"D14"}
    assert set(mix.index[:5]) == {"D01", "D02", "D03", "D04", "D05"}
    assert mix.index[0] == "D01"
    assert mix[:5].sum() > 0.7


def test_summer_brings_stalls(demo, local):
    stalls = demo.reports["category"] == "D04"
    month = local[stalls].dt.month.value_counts()
    assert month[[6, 7, 8]].sum() > 1.3 * month[[12, 1, 2]].sum()


def test_weekends_are_quieter_but_for_stalls(demo, local):
    weekend = local.dt.day_of_week >= 5
    stalls = demo.reports["category"] == "D04"
    assert share(weekend[demo.reports["category"] == "D01"]) < 0.25
    assert share(weekend[stalls]) > 0.3


def test_market_days_are_busy(demo, local):
    areas = demo.areas.set_index("name")["kind"]
    at_market = demo.reports["area_name"].map(areas) == "market"
    days = local[at_market & demo.reports["category"].isin(["D03", "D04"])].dt.day
    # 3, 6 and 9 are three tenths of the days
    assert share(days.isin([3, 6, 9, 13, 16, 19, 23, 26, 29])) > 0.38


def test_hours_are_those_of_people(demo, local):
    hour = local.dt.hour
    assert share(hour.between(7, 20)) > 0.9
    stalls, ads = (hour[demo.reports["category"] == code] for code in ("D04", "D01"))
    assert share(stalls.between(17, 20)) > 2 * share(ads.between(17, 20))
