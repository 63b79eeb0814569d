from types import SimpleNamespace

import numpy as np
import pytest

from geo_service.hotspots import PatternParams, classify, patterns
from geo_service.measure import Pairs
from geo_service.terms import PATTERNS

WEEKS = 26


def marks(text):
    """Hot, cold and quiet weeks from letters, padded by quiet weeks at the beginning."""
    letters = {"h": 1, "c": -1, ".": 0}
    given = [letters[letter] for letter in text]
    return [0] * (WEEKS - len(given)) + given


def name_of(mark, z=None):
    mark = np.array([mark], dtype=np.int8)
    z = np.random.default_rng(0).normal(size=mark.shape) if z is None else np.array([z])
    (number,) = classify(z, mark)[0][-1:]
    return PATTERNS[number]


RISING, FALLING = np.linspace(3, 6, WEEKS), np.linspace(6, 3, WEEKS)
EVEN = 3 + np.random.default_rng(3).normal(size=WEEKS) / 10


@pytest.mark.parametrize(
    ("text", "z", "name"),
    [
        ("", None, "no pattern"),
        ("h", None, "new hotspot"),
        ("ch", None, "new hotspot"),
        ("hh", None, "consecutive hotspot"),
        ("c" + "h" * 23, None, "consecutive hotspot"),
        ("h" * 24, EVEN, "persistent hotspot"),
        ("h" * 26, RISING, "intensifying hotspot"),
        ("h" * 26, FALLING, "diminishing hotspot"),
        ("h.h", None, "sporadic hotspot"),
        ("hh..hh", None, "sporadic hotspot"),
        ("hc.h", None, "oscillating hotspot"),
        ("h" * 24 + ".", None, "historical hotspot"),
        ("h" * 23 + ".", None, "no pattern"),
        ("h" * 25 + "..", None, "no pattern"),
    ],
)
@pytest.mark.parametrize("side", ["hot", "cold"])
def test_classes(text, z, name, side):
    text = text[-WEEKS:]
    if name == "no pattern" and text.startswith("h" * 24):
        text = "h" * 23 + "..."
    mark = np.array(marks(text))
    if side == "cold":
        mark, z = -mark, None if z is None else -z
        name = name.replace("hot", "cold")
    assert name_of(mark.tolist(), z) == name


def test_a_week_that_nobody_watched_counts_neither_way():
    mark, z = np.array([marks("h" * 26)], dtype=np.int8), RISING[None].copy()
    gaps = np.arange(0, 12, 2)
    mark[0, gaps], z[0, gaps] = 0, np.nan
    assert PATTERNS[classify(z, mark)[0, -1]] == "intensifying hotspot"
    z[0, 1] = np.nan
    assert classify(z, mark)[0, -1] == -1, "19 watched weeks are too few"
    z = RISING[None].copy()
    z[0, -1] = np.nan
    assert classify(z, mark)[0, -1] == -1, "nobody watched the last week"


def test_a_short_past_has_no_class():
    mark, z = np.zeros((1, 30), dtype=np.int8), np.zeros((1, 30))
    assert classify(z, mark)[0].tolist() == [-1] * 25 + [0] * 5


AREAS, ALL = 60, 45


@pytest.fixture(scope="module")
def city():
    """Areas in a circle, three of which grow hot together."""
    rng = np.random.default_rng(11)
    level = np.full((AREAS, ALL), 0.5)
    level[10:14, 30:] = 8
    cases = rng.poisson(level).astype(np.int32)
    both = np.arange(AREAS, dtype=np.int64)
    pairs = Pairs([str(k) for k in both], ["*", "D01"], np.tile(both, 2), np.repeat([0, 1], AREAS))
    near = np.sort(np.column_stack([both - 1, both + 1]) % AREAS, axis=1)
    graph = SimpleNamespace(indptr=np.arange(AREAS + 1) * 2, indices=near.ravel())
    exposure = rng.choice([0.0, 3.0, 7.0], (AREAS, ALL), p=[0.1, 0.1, 0.8])
    return np.vstack([cases, cases]), pairs, exposure, graph


def test_what_grows_hot_is_new_and_then_stays(city):
    cases, pairs, _, graph = city
    found = patterns(cases, pairs, np.full((AREAS, ALL), 7.0), graph)
    names = [PATTERNS[number] for number in found.number[11, 29:]]
    assert "new hotspot" in names[:3]
    assert names[-1] == "consecutive hotspot"
    assert (found.number[:, :25] == -1).all()
    assert np.isfinite(found.z).all()


def test_a_week_knows_nothing_of_what_comes_later(city):
    cases, pairs, exposure, graph = city
    whole = patterns(cases, pairs, exposure, graph)
    for end in (20, 26, 40):
        part = patterns(cases[:, :end], pairs, exposure[:, :end], graph)
        for one, other in zip(part, whole, strict=True):
            assert np.array_equal(one, other[:, :end], equal_nan=True)


@pytest.mark.parametrize("first", [1, 24, 25, 26, 33, ALL - 1, ALL])
def test_weeks_from_a_first_one_are_those_of_all(city, first):
    cases, pairs, exposure, graph = city
    whole = patterns(cases, pairs, exposure, graph)
    for one, other in zip(patterns(cases, pairs, exposure, graph, None, first), whole, strict=True):
        assert np.array_equal(one, other[:, first:], equal_nan=True)


def test_an_area_without_a_case_is_compared_with(city):
    cases, pairs, _, graph = city
    watched = np.full((AREAS, ALL), 7.0)
    cases = cases.copy()
    cases[AREAS + 30] = 0
    cases[30] = 0
    keep = np.arange(2 * AREAS) != AREAS + 30
    fewer = Pairs(pairs.area_ids, pairs.categories, pairs.area[keep], pairs.category[keep])
    whole = patterns(cases, pairs, watched, graph)
    found = patterns(cases[keep], fewer, watched, graph)
    assert np.array_equal(found.z, whole.z[keep])


def test_where_nobody_watches_there_is_no_figure(city):
    cases, pairs, _, graph = city
    exposure = np.full((AREAS, ALL), 7.0)
    exposure[5] = 0
    exposure[6] = PatternParams().watched_days / 4 - 0.01
    found = patterns(cases, pairs, exposure, graph)
    assert np.isnan(found.z[[5, 6]]).all()
    assert (found.number[[5, 6]] == -1).all()
    assert np.isfinite(found.z[7]).all()
