"""What desks ask for: the shares of the mix, and a download now and then."""

from collections import Counter

from benchmarks.desk import FILE, OF_17, RATE, requests


def test_the_mix_is_as_asked_and_each_knows_its_moment():
    drawn = requests(["2026-W01", "2026-W02"], 60, seed=1)
    assert [one.at for one in drawn] == sorted(one.at for one in drawn)
    kinds = Counter(one.kind for one in drawn)
    assert kinds.pop("cases") == 6
    assert kinds.total() == 60 * RATE
    for kind, share in OF_17.items():
        assert abs(kinds[kind] / kinds.total() - share / 17) < 0.01
    assert {one.path for one in drawn if one.kind == "cases"} == {FILE}
    values = {one.path for one in drawn if one.kind == "values"}
    assert "/api/values/density/2026-W02" in values
    assert len(values) == 8


def test_the_same_seed_draws_the_same():
    assert requests(["2026-W01"], 2, seed=1) == requests(["2026-W01"], 2, seed=1)
    assert requests(["2026-W01"], 2, seed=1) != requests(["2026-W01"], 2, seed=2)
