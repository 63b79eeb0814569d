"""No cell of a spreadsheet begins like a formula."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.publish import (
    spreadsheet_safe,
)

NASTY = st.text(alphabet=st.sampled_from("=+-@＝＋－＠\t\r\n ',\"a1\u3000\u200b"), max_size=6)


@settings(deadline=None)  # other processes share this machine
@given(st.lists(NASTY, min_size=1, max_size=5))
def test_no_cell_begins_like_a_formula(texts):
    got = spreadsheet_safe(pd.Series(texts, dtype="str"))
    for before, after in zip(texts, got, strict=True):
        bare = before.strip(" \n\u3000\u200b")
        dangerous = bare[:1] in tuple("=+-@＝＋－＠\t\r") and bare != ""
        assert after == ("'" + before if dangerous else before)
