import numpy as np
import pytest
from scipy import optimize, special

from geo_service.measure import beta, pooled, shrink

RNG = np.random.default_rng(1)


def drawn(areas, strength, mean):
    size = RNG.gamma(1.5, 12, areas) + 5
    rate = RNG.beta(strength * mean, strength * (1 - mean), areas)
    return RNG.binomial(size.astype(int), rate), size


def alone(k, n, limit):
    """The same on a fine grid: mean, interval and tail of the whole mixture, for five areas."""
    middle = (k.sum() + 0.5) / (n.sum() + 1)
    wide = 8 / np.sqrt(middle * (1 - middle) * (2 * n / (n + 1)).sum())
    place = np.log(middle / (1 - middle)) + np.linspace(-wide, wide, 400)
    m, p = np.meshgrid(np.exp(np.linspace(-3, 14, 200)), special.expit(place), indexing="ij")
    score = np.log(m) - 1.5 * np.log1p(m)
    for one, size in zip(k, n, strict=True):
        score += special.betaln(m * p + one, m * (1 - p) + size - one)
        score -= special.betaln(m * p, m * (1 - p))
    weight = np.exp(score - score.max())
    kept = weight > 1e-8
    centre = float((weight * p).sum() / weight.sum())
    weight, m, p = weight[kept] / weight[kept].sum(), m[kept], p[kept]
    out = []
    for one, size in zip(k[:5], n[:5], strict=True):
        prior, shapes = (m * p, m * (1 - p)), (m * p + one, m * (1 - p) + size - one)
        theirs = (1.5, 1.5 / min(3 * centre, 0.5) - 1.5)
        other = (theirs[0] + one, theirs[1] + size - one)
        ours = float(weight @ np.exp(special.betaln(*shapes) - special.betaln(*prior)))
        odds = 0.02 / 0.98 * np.exp(special.betaln(*other) - special.betaln(*theirs)) / ours
        share = odds / (1 + odds) if one > size * centre else 0.0

        def below(x, shapes=shapes, other=other, share=share):
            core = float(weight @ special.betainc(*shapes, x))
            return share * special.betainc(*other, x) + (1 - share) * core

        mean = share * other[0] / sum(other) + (1 - share) * float(
            weight @ (shapes[0] / sum(shapes))
        )
        ends = [
            optimize.brentq(lambda x, q=q: below(x) - q, 1e-9, 1 - 1e-9) for q in (0.025, 0.975)
        ]
        out.append((mean, *ends, 1 - below(limit)))
    return np.array(out).T


def test_one_area_that_is_clearly_of_another_kind_is_not_drawn_in_by_many_alike():
    n = np.full((200, 1), 50.0)
    k = np.random.default_rng(4).binomial(50, 0.1, (200, 1))
    k[0, 0] = 20
    found = shrink(k, n, np.zeros(200, int), np.array([[0.1]]), least=5)
    assert 0.3 < found.probability[0, 0] < 0.42
    assert found.low[0, 0] < 0.3
    assert found.worse[0, 0] > 0.98
    assert found.probability[1:].max() < 0.14
    assert found.worse[1:].max() < 0.2
    # by its own events alone each is judged as if there were no other
    own = special.betaincc(k + 0.5, n - k + 0.5, 0.1)
    np.testing.assert_allclose(found.above, own, atol=1e-9)


def test_where_both_kinds_are_probable_the_interval_holds_both():
    n = np.full((200, 1), 50.0)
    k = np.random.default_rng(4).binomial(50, 0.1, (200, 1))
    k[0, 0] = 13
    found = shrink(k, n, np.zeros(200, int), np.array([[0.1]]), least=5)
    core, own = 0.1, 0.26
    assert core < found.probability[0, 0] < own
    assert found.low[0, 0] < 0.11
    assert found.high[0, 0] > 0.3


@pytest.mark.parametrize(
    ("areas", "strength", "mean"), [(8, 5, 0.2), (60, 20, 0.1), (60, 200, 0.1), (60, 4, 0.3)]
)
def test_figures_are_those_of_the_whole_mixture(areas, strength, mean):
    k, n = drawn(areas, strength, mean)
    level = pooled(k[:, None], n[:, None], np.zeros(areas, int), 1)
    found = shrink(k[:, None], n[:, None], np.zeros(areas, int), level, least=5)
    expected = alone(k, n, 1.5 * level[0, 0])
    for one, other, most in zip(found[:4], expected, (0.003, 0.04, 0.04, 0.015), strict=True):
        np.testing.assert_allclose(one[:5, 0], other, atol=most)


def test_areas_with_less_than_the_least_size_get_no_figure_but_have_a_say():
    k, n = np.array([[2], [1], [4]]), np.array([[20.0], [4.9], [4.0]])
    family, level = np.zeros(3, int), np.array([[0.1]])
    found = shrink(k, n, family, level, least=5)
    assert np.isfinite(found.probability[:, 0]).tolist() == [True, False, False]
    without = shrink(k[:1], n[:1], family[:1], level, least=5)
    assert found.probability[0, 0] > without.probability[0, 0]


def test_families_and_columns_know_nothing_of_each_other():
    k, n = drawn(40, 10, 0.2)
    family = np.arange(40) % 2
    level = np.array([[0.2, 0.3], [0.25, 0.1]])
    both = np.stack([k, k[::-1]], axis=1), np.stack([n, n[::-1]], axis=1)
    found = shrink(*both, family, level, least=5)
    one = family == 1
    alone_ = shrink(both[0][one, 1:], both[1][one, 1:], np.zeros(20, int), level[1:, 1:], least=5)
    for many, few in zip(found, alone_, strict=True):
        np.testing.assert_allclose(many[one, 1], few[:, 0], rtol=1e-12)


def test_where_all_areas_are_alike_they_are_drawn_together():
    n = np.full((500, 1), 40.0)
    k = RNG.binomial(40, 0.2, (500, 1))
    found = shrink(k, n, np.zeros(500, int), np.array([[0.2]]), least=5)
    assert np.ptp(found.probability) < 0.4 * np.ptp(k / n)
    assert found.worse.max() < 0.5


def test_no_family_without_areas_and_no_level_above_one_is_a_mistake():
    k, n = np.array([[9]]), np.array([[10.0]])
    found = shrink(k, n, np.array([1]), np.array([[np.nan], [0.9]]), least=5)
    assert found.worse[0, 0] == 0
    assert 0 < found.low[0, 0] < found.probability[0, 0] < found.high[0, 0] < 1


def test_a_level_is_events_by_size():
    level = pooled(np.array([[1], [2], [0]]), np.array([[10.0], [5], [0]]), np.array([0, 0, 1]), 2)
    np.testing.assert_allclose(level, [[0.2], [np.nan]])


@pytest.mark.parametrize(("a", "b"), [(0.5, 3.0), (1.5, 3.5), (20, 35), (300, 2700)])
def test_tails_of_beta_distributions_are_scipys(a, b):
    for x in (0.001, 0.05, 0.1, 0.3, 0.6, 0.95):
        assert beta.tail_of_beta(a, b, x) == pytest.approx(special.betaincc(a, b, x), abs=1e-9)
    assert (beta.tail_of_beta(a, b, 0.0), beta.tail_of_beta(a, b, 1.2)) == (1, 0)
    assert np.isnan(beta.tail_of_beta(a, b, np.nan))
