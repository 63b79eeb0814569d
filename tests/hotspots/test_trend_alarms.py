"""A small edition of ``benchmarks/trend_alarms.py``: how often a trend is found where none is."""

import pytest

from benchmarks.trend_alarms import MEANS, alarms, main


@pytest.mark.parametrize("mean", MEANS)
def test_a_trend_is_found_by_chance_in_fewer_than_one_of_five_series_as_documented(mean):
    found = alarms(mean, 20)
    assert found.sums < 0.21
    assert found.gi < 0.21
    # weeks that share cases look like trends to a test that does not know of it
    assert found.plain > 1.4 * found.gi


def test_the_shares_are_told_for_each_size(capsys):
    assert main(["--cities", "1"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert "without correction" in head
    assert [float(line.split()[0]) for line in lines] == list(MEANS)
