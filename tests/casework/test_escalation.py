"""Whom an overdue case is told, and how: by hours and by the time at its spot."""

import pytest

from geo_service.casework import step_of, told_to
from geo_service.terms import ladder


@pytest.mark.parametrize(
    ("hours", "whom"),
    [(0, None), (23.9, None), (24, "中队长"), (71, "中队长"), (72, "局领导"), (9999, "局领导")],
)
def test_the_last_rung_that_is_reached(hours, whom):
    assert told_to("72:局领导；24：中队长", hours) == whom


def test_without_a_word_nobody_is_told():
    assert told_to(None, 1000) is None
    assert told_to("", 1000) is None


@pytest.mark.parametrize("text", ["at once", "x:the mayor", "24:", "24:a;b", "-1:a"])
def test_what_cannot_be_read_is_none(text):
    assert ladder(text) is None


def test_the_first_is_reminded_the_second_noticed_the_third_talked_to():
    assert [step_of(n) for n in (1, 2, 3, 9)] == ["reminder", "notice", "talk", "talk"]
