"""What a status word means."""

import pandas as pd
import pytest

from geo_service.intake.rows.status import UNKNOWN, is_like, meaning_of, meanings_of


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Open", "open"),
        (" REOPENED ", "open"),
        ("Closed", "verified"),
        ("Closed - Duplicate of 12", "duplicate"),
        ("作废", "cancelled"),
        ("ＣＡＮＣ", "cancelled"),
        ("待核查", "fixed"),
        ("Zu", UNKNOWN),
    ],
)
def test_packaged_words(word, meaning):
    assert meaning_of(word, {}) == meaning


def test_a_presets_words_go_before_the_packaged_ones_and_plain_ones_before_starred():
    words = {"open": ["closed*"], "fixed": ["closed by crew"]}
    assert meaning_of("Closed by crew", words) == "fixed"
    assert meaning_of("Closed by clerk", words) == "open"
    # a star is the only sign with a meaning
    assert meaning_of("a.b", {"fixed": ["a?b", "a.c"]}) == UNKNOWN


def test_columns_at_once():
    status = pd.Series(["Open", None, "Zu", "Open"], dtype="str")
    assert meanings_of(status, {}).tolist() == ["open", None, UNKNOWN, "open"]
    assert is_like(status, ["*"]).tolist() == [True, False, True, True]
