"""A small edition of ``benchmarks/false_record.py``: nothing known, nothing claimed."""

from benchmarks.false_record import says_better, share


def test_where_nothing_can_be_known_better_is_rarely_said():
    # of 12 at 5 %, more than 2 say so in 1 of 50 draws
    assert share(12) <= 2 / 12


def test_what_is_known_is_told():
    assert says_better(1, 0.3)
