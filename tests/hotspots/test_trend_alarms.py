"""A small edition of ``benchmarks/trend_alarms.py``: words where nothing changes, and where
something does.
"""

import pytest

from benchmarks.trend_alarms import FRAILTY, MEANS, alarms, main


@pytest.mark.parametrize(("frailty", "marked"), [(0.0, 0.2), (FRAILTY, 0.3)])
def test_few_words_are_said_where_nothing_changes(frailty, marked):
    for mean in MEANS:
        found = alarms(mean, 24, frailty)
        assert found.size < 0.062
        assert found.marked <= marked
        assert found.false_discovery < 0.21


def test_slopes_are_found_where_there_are_cases_enough():
    assert alarms(16.0, 12).power > 0.75
    assert alarms(4.0, 12).power > 0.28


def test_the_analysts_trend_is_none_to_speak_of():
    assert alarms(4.0, 12).gi > 0.1, "why words do not come from it"


def test_each_size_is_told_with_what_is_asked(capsys):
    main(["--cities", "2"])
    head, *lines = capsys.readouterr().out.splitlines()
    assert "any mark" in head
    assert [float(line.split()[1]) for line in lines] == [*MEANS, *MEANS]
    assert all(line.endswith("as asked") for line in lines)
