"""Telephones and identity numbers are masked wherever they stand, and nothing else is."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.terms import masked, masked_row, masked_texts

GAPS = st.sampled_from(["", " ", "-", "－", "\u3000", " - ", "\u00a0"]).filter(
    lambda gap: len(gap) < 3
)
WORDS = st.sampled_from(["", "找王女士", "电话：", "tel:", "3号楼", "（", "A"])
DIGITS = "0123456789"
FULL = str.maketrans(DIGITS, "０１２３４５６７８９")


def digits(count):
    return st.text(DIGITS, min_size=count, max_size=count)


@st.composite
def mobiles(draw):
    number = "1" + draw(st.sampled_from("3456789")) + draw(digits(9))
    gap = draw(GAPS)
    text = gap.join([number[:3], number[3:7], number[7:]])
    return draw(st.sampled_from(["", "+86", "86", "+86 ", "0086-"])) + text, number[3:7]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("13800001234", "138****1234"),
        ("138 0000 1234、139-1111-2222", "138****1234、139****2222"),
        ("+86-13800001234/8613800001234", "+86-138****1234/86138****1234"),
        ("620102199001011234", "620102********1234"),
        ("身份证62010219900101123x", "身份证620102********123x"),
        ("0931-2345678，010 1234 5678", "0931****5678，010****5678"),
        ("（0931）2345678 +86 931 2345678", "（0931）****5678 +86 931****5678"),
        ("１３８００００１２３４", "１３８****１２３４"),
    ],
)
def test_what_is_masked(text, said):
    assert masked(text) == said
    assert masked_texts(pd.DataFrame({"note": [text]}))["note"].tolist() == [said]


@pytest.mark.parametrize(
    "text",
    [
        *("36.0612345, 103.8312345", "2026-05-13 08:00-09:30", "1380000123", "138000012345"),
        *("12345678901", "20260513080012345678", "0931-23456", "12345", "138****1234", ""),
    ],
)
def test_what_is_none_stays(text):
    assert masked(text) == text


@given(WORDS, mobiles(), WORDS.filter(lambda words: words[:1] != "3"), st.booleans())
def test_a_mobile_is_masked_among_any_words(before, mobile, after, full):
    (number, middle) = mobile
    text = before + number + after
    text = text.translate(FULL) if full else text
    told = masked(text)
    figures = [sum(one.isdigit() for one in part) for part in (text, told)]
    assert figures[0] - figures[1] == len(middle)
    assert told.count("*") == len(middle)
    assert masked(told) == told


@given(st.lists(st.one_of(st.none(), st.text(), st.builds("{}{}".format, WORDS, digits(18)))))
def test_a_column_is_masked_as_its_texts_are(texts):
    rows = pd.DataFrame({"description": pd.Series(texts, dtype="str"), "report_id": "13800001234"})
    told = masked_texts(rows)
    assert told["report_id"].equals(rows["report_id"])
    given_ = rows["description"]
    assert told["description"].equals(given_.map(masked, na_action="ignore").astype("str"))
    for text, said in zip(given_.dropna(), told["description"].dropna(), strict=True):
        assert said == masked_row({"note": text})["note"]


@given(st.text(alphabet=DIGITS + "Xx ", max_size=40), st.floats(-180, 180), st.floats(-90, 90))
def test_ids_and_coordinates_of_a_row_stay(report_id, lon, lat):
    row = {"report_id": report_id, "case_id": report_id, "lon": lon, "lat": lat, "note": None}
    assert masked_row(row) == row


@given(st.floats(100, 110), st.floats(30, 40))
def test_coordinates_in_words_stay(lon, lat):
    text = f"位置 {lon:.7f}, {lat:.7f}"
    assert masked(text) == text
