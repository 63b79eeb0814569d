"""What is kept to be written quickly is written as the table would be."""

import numpy as np
import pandas as pd

from geo_service.terms import FRAMES
from geo_service.web.base.records import Plain, records
from tests.web.conftest import week_rows


def test_kept_rows_are_those_of_the_table():
    table = week_rows("2026-W26")
    table.loc[3, ["p_rebound_30", "rank", "name"]] = [np.nan, pd.NA, None]
    names = FRAMES["hotspots"].names
    rows = np.array([3, 0, 11])
    assert Plain.of(table, names).records(rows) == records(table.iloc[rows], names)


def test_many_different_words_and_large_numbers_too():
    table = pd.DataFrame({"word": [f"w{n}" for n in range(600)], "number": 2**40 + np.arange(600)})
    kept = Plain.of(table, ["word", "number"])
    assert kept.records(np.array([599])) == [{"word": "w599", "number": 2**40 + 599}]
