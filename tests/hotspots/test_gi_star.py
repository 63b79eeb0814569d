import numpy as np
import pytest
from scipy import sparse
from scipy.stats import false_discovery_control, norm

from geo_service.hotspots import gi_star, significant, star_weights

AREAS = 40


def ring(areas=AREAS):
    """Neighbours of areas in a circle: one on each side."""
    both = np.column_stack([np.arange(areas) - 1, np.arange(areas) + 1]) % areas
    return np.arange(areas + 1) * 2, np.sort(both, axis=1).ravel()


def plain(weights, y):
    """The formula, an area at a time."""
    w, known = weights.toarray(), np.isfinite(y)
    w, y, n = w[:, known], y[known], known.sum()
    out = np.full(len(w), np.nan)
    for area in np.flatnonzero(known):
        row = w[area]
        above = (row * y).sum() - y.mean() * row.sum()
        below = y.std() * np.sqrt((n * (row**2).sum() - row.sum() ** 2) / (n - 1))
        out[area] = above / below
    return out


def drawn(columns=7, seed=0):
    return np.random.default_rng(seed).gamma(1.0, 3.0, (AREAS, columns))


def weighted(seed=0):
    weights = star_weights(*ring())
    weights.data = np.random.default_rng(seed).uniform(0.1, 2, weights.nnz)
    return weights


@pytest.mark.parametrize("weights", [star_weights(*ring()), weighted()], ids=["ones", "any"])
def test_is_the_formula(weights):
    y = drawn()
    wanted = np.column_stack([plain(weights, column) for column in y.T])
    assert np.allclose(gi_star(weights, y), wanted, rtol=0, atol=1e-12)


def test_an_area_without_a_value_takes_no_part():
    y = drawn()
    y[[3, 4, 20], [0, 0, 2]] = np.nan
    weights = weighted()
    wanted = np.column_stack([plain(weights, column) for column in y.T])
    assert np.allclose(gi_star(weights, y), wanted, rtol=0, atol=1e-12, equal_nan=True)
    assert np.isnan(wanted).sum() == 3


@pytest.mark.parametrize("gap", [False, True])
def test_scaling_rows_of_weights_changes_nothing(gap):
    y = drawn()
    if gap:
        y[5, 1] = np.nan
    weights = weighted()
    scaled = sparse.csr_array(sparse.diags_array(np.linspace(0.01, 9, AREAS)) @ weights)
    assert np.allclose(gi_star(weights, y), gi_star(scaled, y), rtol=0, atol=1e-10, equal_nan=True)


def test_unit_and_zero_of_values_change_nothing():
    weights, y = weighted(), drawn()
    assert np.allclose(gi_star(weights, y), gi_star(weights, 7 * y + 3), rtol=0, atol=1e-10)


@pytest.mark.parametrize("gap", [False, True])
def test_nothing_to_compare_says_nothing(gap):
    y = np.column_stack([np.full(AREAS, 0.1), drawn(1)[:, 0]])
    y[0, 1] = np.nan if gap else 1
    z = gi_star(weighted(), y)
    assert np.isnan(z[:, 0]).all()
    assert np.isfinite(z[1:, 1]).all()
    all_neighbours = sparse.csr_array(np.ones((AREAS, AREAS)))
    assert np.isnan(gi_star(all_neighbours, y)).all()


def test_itself_is_a_neighbour_once():
    indptr, indices = ring()
    told = star_weights(indptr, indices)
    assert set(told.data) == {1.0}
    assert told.sum(axis=1).tolist() == [3.0] * AREAS
    again = star_weights(told.indptr, told.indices)
    assert (told != again).nnz == 0


def test_significant_is_benjamini_hochberg_within_a_column():
    rng = np.random.default_rng(5)
    z = rng.normal(size=(200, 30)) + 3.5 * (rng.random((200, 30)) < 0.1)
    z[:20, 3] = np.nan
    mark = significant(z)
    for column in range(30):
        known = np.isfinite(z[:, column])
        p = 2 * norm.sf(np.abs(z[known, column]))
        wanted = np.where(false_discovery_control(p) <= 0.05, np.sign(z[known, column]), 0)
        assert mark[known, column].tolist() == wanted.tolist()
        assert not mark[~known, column].any()
    assert np.count_nonzero(mark > 0) > 300
