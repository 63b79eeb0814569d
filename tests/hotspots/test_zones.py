import numpy as np
import pytest

from geo_service.hotspots import Verdict, zones
from geo_service.measure import Pairs
from geo_service.measure.neighbours import Graph

AREAS, WEEKS = 8, 3
PAIRS = Pairs(
    [f"A{k}" for k in range(AREAS)],
    ["*", "D01"],
    np.tile(np.arange(AREAS), 2),
    np.repeat([0, 1], AREAS),
)
ROW = Graph.of_pairs(AREAS, np.arange(AREAS - 1), np.arange(1, AREAS))
"""A row of areas, each of which touches the next."""


def judged(hot=(), around=(), uncertain=(), leaning=(), expected=1.0):
    shape = (2 * AREAS, WEEKS)
    flags = [np.zeros(shape, dtype=bool) for _ in range(4)]
    for flag, where in zip(flags, (hot, around, uncertain, leaning), strict=True):
        for one in where:
            flag[one] = True
    none = np.zeros(shape, dtype=bool)
    return Verdict(np.full(shape, expected), np.zeros(shape), *flags, none.astype(np.uint8), none)


@pytest.fixture
def cases():
    out = np.full((2 * AREAS, WEEKS), 3, dtype=np.int32)
    out[2] = 9
    return out


def test_hot_areas_that_touch_are_a_zone_called_by_the_one_with_most_beyond(cases):
    got = zones(judged([(1, 0), (2, 0), (3, 0), (5, 0)]), cases, PAIRS, ROW)
    assert got[:, 0].tolist() == [-1, 2, 2, 2, -1, -1, -1, -1] + [-1] * AREAS
    assert (got[:, 1:] == -1).all()


def test_zones_of_other_weeks_and_categories_are_others(cases):
    hot = [(1, 0), (2, 1), (AREAS + 2, 0), (AREAS + 3, 0), (6, 2), (7, 2)]
    got = zones(judged(hot), cases, PAIRS, ROW)
    assert got[AREAS + 2, 0] == got[AREAS + 3, 0] == 2
    assert got[6, 2] == got[7, 2] == 6
    assert (got >= 0).sum() == 4


def test_an_area_that_is_hot_with_its_neighbours_takes_part_if_it_leans_towards_it(cases):
    around = [(3, 0), (1, 0), (6, 0)]
    leaning = [(3, 0), (1, 0)]
    got = zones(judged([(2, 0), (7, 0)], around, [(1, 0)], leaning), cases, PAIRS, ROW)
    # one is uncertain, six is like others but for its neighbour
    assert np.flatnonzero(got[:, 0] >= 0).tolist() == [2, 3]


def test_where_nobody_looked_there_is_no_zone(cases):
    unseen = np.zeros((AREAS, WEEKS), dtype=bool)
    unseen[2, 0] = True
    got = zones(judged([(1, 0), (2, 0), (3, 0)]), cases, PAIRS, ROW, unseen)
    assert (got == -1).all()


def test_a_city_without_a_hot_area_has_no_zone(cases):
    assert (zones(judged(), cases, PAIRS, ROW) == -1).all()


def test_zones_are_those_that_a_plain_walk_finds():
    rng = np.random.default_rng(5)
    graph = Graph.of_pairs(AREAS, rng.integers(0, AREAS, 9), rng.integers(0, AREAS, 9))
    hot = rng.random((2 * AREAS, WEEKS)) < 0.5
    none = np.zeros_like(hot)
    expected = rng.random(hot.shape)
    cases = rng.integers(1, 5, hot.shape).astype(np.int32)
    got = zones(Verdict(expected, expected, hot, none, none, none, none, none), cases, PAIRS, graph)
    for category in range(2):
        for week in range(WEEKS):
            mine = hot[category * AREAS : (category + 1) * AREAS, week]
            for area in range(AREAS):
                reached, todo = set(), [area] if mine[area] else []
                while todo:
                    one = todo.pop()
                    if one not in reached:
                        reached.add(one)
                        near = graph.indices[graph.indptr[one] : graph.indptr[one + 1]]
                        todo += [k for k in near if mine[k]]
                beyond = (cases - expected)[category * AREAS : (category + 1) * AREAS, week]
                lead = max(reached, key=lambda k: (beyond[k], -k)) if len(reached) > 1 else -1
                assert got[category * AREAS + area, week] == lead
