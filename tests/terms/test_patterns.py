"""The seventeen published classes."""

from geo_service.terms import PATTERN_WORDS, PATTERNS


def test_eight_are_hot_and_the_same_eight_cold():
    assert len(PATTERNS) == len(set(PATTERNS)) == 17
    hot = [one.removesuffix(" hotspot") for one in PATTERNS[1:9]]
    assert [one.removesuffix(" coldspot") for one in PATTERNS[9:]] == hot


def test_words_are_none_of_the_classes():
    assert len(PATTERN_WORDS) == 4
    assert not set(PATTERN_WORDS) & set(PATTERNS)
