import numpy as np

from geo_service.demo.draws import Draws


def test_stream_is_fixed_for_ever():
    assert Draws(1, "fixed").whole(0, 1000, 6).tolist() == [879, 3, 543, 311, 364, 282]


def test_subjects_and_seeds_have_their_own_streams():
    streams = [Draws(1, "a"), Draws(1, "b"), Draws(2, "a")]
    drawn = {tuple(s.whole(0, 1 << 30, 4).tolist()) for s in streams}
    assert len(drawn) == 3


def test_waiting_has_mean_and_spread_one():
    waits = Draws(3, "wait").waiting(40_000)
    assert abs(waits.mean() - 1) < 0.02
    assert abs(waits.std() - 1) < 0.03


def test_weights_are_kept():
    drawn = Draws(4, "w").weighted([1, 0, 3], 40_000)
    share = np.bincount(drawn, minlength=3) / 40_000
    assert abs(share[0] - 0.25) < 0.01
    assert share[1] == 0


def test_shuffled_is_a_permutation():
    assert sorted(Draws(5, "s").shuffled(50).tolist()) == list(range(50))
