"""The seventeen published classes and the words for them."""

from geo_service.terms import PATTERNS

WORD = {one.name: one.word for one in PATTERNS}


def test_eight_are_hot_and_the_same_eight_cold():
    assert len(PATTERNS) == len(WORD) == 17
    hot = [one.name.removesuffix(" hotspot") for one in PATTERNS[1:9]]
    assert [one.name.removesuffix(" coldspot") for one in PATTERNS[9:]] == hot


def test_no_cold_spot_is_new_growing_or_lasting():
    assert {one.word for one in PATTERNS[9:]} <= {"", "easing"}
    assert {one.word for one in PATTERNS[1:9]} == {
        *("new", "growing", "lasting", "easing", "occasional")
    }
