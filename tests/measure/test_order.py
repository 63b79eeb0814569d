import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo_service.measure import id_key, id_rank

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.text("0123456789", min_size=1, max_size=25)


def key(text):
    digits = text != "" and all(c in "0123456789" for c in text)
    return (0, int(text), text) if digits else (1, 0, text)


@given(st.lists(texts | numbers, min_size=1, max_size=20))
@example(["10", "9", "010", "10 ", "１０", "²", "-1", "1.0", "", "A"])
@example(["\U0001f600", "￿", "é", "e"])
@example(["10\n", "9", "99999999999999999999", "18446744073709551616"])
@settings(max_examples=150, deadline=None)
def test_ids_of_digits_come_first_as_numbers_and_all_others_by_code_point(ids):
    place = {text: n for n, text in enumerate(sorted(set(ids), key=key))}
    assert id_rank(ids).tolist() == [place[text] for text in ids]


def test_equal_ids_share_a_place():
    assert id_rank(["b", "7", "b"]).tolist() == [1, 0, 1]


def test_no_ids_have_no_places():
    assert id_rank(np.empty(0, dtype=object)).tolist() == []


def test_ids_are_ordered_alike_one_at_a_time():
    ids = ["b", "10", "9", "A1", "007", "7", "", "０"]
    rank = dict(zip(ids, id_rank(ids), strict=True))
    assert sorted(ids, key=id_key) == sorted(ids, key=rank.get)
