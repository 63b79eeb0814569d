import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.measure import Pairs

AREAS = ["b", "a", "c", "d"]


def table(*rows):
    frame = pd.DataFrame(rows, columns=["area_id", "category"])
    return frame.astype("str")


def names(pairs):
    return [
        (pairs.categories[c], pairs.area_ids[a])
        for c, a in zip(pairs.category, pairs.area, strict=True)
    ]


def test_pairs_are_those_that_occur_and_each_areas_sum():
    pairs = Pairs.of(AREAS, table(("a", "D02"), ("a", "D01")), table(("c", "D01"), ("a", "D01")))
    assert pairs.categories == ["*", "D01", "D02"]
    assert names(pairs) == [("*", "a"), ("*", "c"), ("D01", "a"), ("D01", "c"), ("D02", "a")]
    assert len(pairs) == 5


def test_rows_without_an_area_or_with_one_that_is_not_ours_make_no_pair():
    pairs = Pairs.of(AREAS, table((None, "D01"), ("z", "D02"), ("d", "D01")))
    assert names(pairs) == [("*", "d"), ("D01", "d")]
    assert pairs.number(table((None, "D01"), ("z", "D02"), ("d", "D01"))).tolist() == [-1, -1, 1]
    assert pairs.whole_area(table((None, "D01"), ("z", "D02"), ("d", "D9"))).tolist() == [-1, -1, 0]


def test_a_pair_that_never_occurred_has_no_number():
    pairs = Pairs.of(AREAS, table(("a", "D01"), ("b", "D02")))
    assert pairs.number(table(("a", "D02"), ("b", "D01"), ("a", "nowhere"))).tolist() == [-1] * 3


def test_without_areas_or_rows_there_are_no_pairs():
    empty = Pairs.of([], table())
    assert len(empty) == 0
    assert empty.number(table(("a", "D01"))).tolist() == [-1]
    assert len(Pairs.of(AREAS, table())) == 0


rows = st.lists(
    st.tuples(st.sampled_from([*AREAS, "z"]), st.sampled_from(["D01", "D02", "!", "~", "垃圾"])),
    max_size=15,
)


@given(rows)
@settings(max_examples=80, deadline=None)
def test_each_row_finds_its_own_pair_and_its_areas(chosen):
    asked = table(*chosen)
    pairs = Pairs.of(AREAS, asked)
    listed = names(pairs)
    for (area, category), number, whole in zip(
        chosen, pairs.number(asked), pairs.whole_area(asked), strict=True
    ):
        if area == "z":
            assert number == whole == -1
        else:
            assert listed[number] == (category, area)
            assert listed[whole] == ("*", area)
    assert len(set(listed)) == len(listed)
    assert np.all(np.diff(pairs.category * len(AREAS) + pairs.area) > 0)
