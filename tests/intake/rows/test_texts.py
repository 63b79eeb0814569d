"""Texts made fit to keep."""

from __future__ import annotations

from tests.intake.conftest import warned


def test_texts_are_cleaned_and_cut(read):
    text = 'reported_at,address,description\n2026-05-01," a\x07b\u202e\nc ","' + "长" * 5000 + '"\n'
    got = read(text)
    assert got.reports["address"].iloc[0] == "ab c"
    assert got.reports["description"].str.len().tolist() == [4000]
    assert warned(got) == {"text_cut": 1}
