"""What is known of a site at a moment, counted by hand and against a plain count."""

import numpy as np

from geo_service.forecast import FEATURES, Surroundings
from geo_service.forecast.past import DAY_US, NEVER
from tests.forecast.drawn import past_of

AT = 100


def around(**given):
    past = past_of(**given)
    return Surroundings.of(past, np.arange(len(past.opened)), past.opened)


def told(found, name):
    return found[:, FEATURES.index(name)]


def test_neighbours_are_counted_by_ring_and_fade_with_their_age():
    sites = around(
        opened=[90, 40, 100 - 60, 99],
        closed=[95, 50, NEVER, NEVER],
        site=[0, 1, 2, 3],
        category=[0, 0, 1, 0],
        x=[0.0, 20.0, 0.0, 249.0],
        y=[0.0, 0.0, 90.0, 0.0],
    )
    found, category = sites.features(np.array([0]), np.array([AT * DAY_US]))
    assert category.tolist() == [0]
    assert np.expm1(told(found, "same_30"))[0] == np.float64(0.5)
    np.testing.assert_allclose(np.expm1(told(found, "other_100")), 0.5)
    np.testing.assert_allclose(np.expm1(told(found, "same_250")), 2 ** (-1 / 60))
    counts = [round(float(np.expm1(told(found, f"open_{ring}"))[0])) for ring in (30, 100, 250)]
    assert counts == [0, 1, 1]
    np.testing.assert_allclose(np.expm1(told(found, "rest")), 5)


def test_what_comes_later_or_lies_farther_is_not_seen():
    one = around(opened=[90, 101, 50], closed=[95, NEVER, 60], x=[0.0, 1.0, 251.0], site=[0, 1, 2])
    alone = around(opened=[90], closed=[95], site=[0])
    at = np.array([AT * DAY_US])
    np.testing.assert_array_equal(
        one.features(np.array([0]), at)[0], alone.features(np.array([0]), at)[0]
    )


def test_reports_that_joined_count_up_to_the_moment():
    past = past_of(opened=[90], closed=[NEVER], site=[0])
    reported = np.array([90, 92, 101]) * DAY_US
    sites = Surroundings.of(past, np.zeros(3, dtype=np.int64), reported)
    found, _ = sites.features(np.array([0]), np.array([AT * DAY_US]))
    np.testing.assert_allclose(np.expm1(told(found, "reports")), 1)
    np.testing.assert_allclose(np.expm1(told(found, "silent")), 8)
    assert told(found, "open").tolist() == [1]


def test_counts_are_those_of_a_plain_loop():
    rng = np.random.default_rng(4)
    count = 200
    opened = rng.uniform(0, 99, count)
    past = past_of(
        opened=opened,
        closed=opened + 3,
        site=np.arange(count),
        x=rng.uniform(-900, 900, count),
        y=rng.uniform(-900, 900, count),
    )
    sites = Surroundings.of(past, np.arange(count), past.opened)
    found, _ = sites.features(np.arange(count), np.full(count, AT * DAY_US))
    away = np.hypot(past.x[:, None] - past.x, past.y[:, None] - past.y)
    ring = (away > 100) & (away <= 250)
    faded = (ring * 2 ** (-(AT - opened) / 60)).sum(axis=1)
    np.testing.assert_allclose(np.expm1(told(found, "same_250")), faded, rtol=1e-6, atol=1e-9)
