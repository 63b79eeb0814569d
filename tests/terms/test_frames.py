"""A frame's tables have its columns, in order, each in its type."""

import pandas as pd
import pytest

from geo_service.terms import FRAMES
from geo_service.terms.frames import DTYPES


@pytest.mark.parametrize("name", FRAMES)
def test_an_empty_table_has_every_column_in_its_type(name):
    frame = FRAMES[name]
    assert len(set(frame.names)) == len(frame.names)
    table = frame.empty()
    assert list(table.columns) == frame.names
    for column in frame.columns:
        if column.type in DTYPES:
            assert str(table[column.name].dtype) == DTYPES[column.type], column.name


def test_other_columns_go_and_missing_ones_come():
    given = pd.DataFrame({"name": ["North"], "crew_id": ["C1"], "colour": ["red"]})
    got = FRAMES["crews"].conform(given)
    assert list(got.columns) == FRAMES["crews"].names
    assert (got["crew_id"][0], got["name"][0]) == ("C1", "North")
    assert got["leader"].isna().all()


def test_times_are_utc_whatever_their_offset():
    visits = pd.DataFrame({"started_at": ["2026-06-29T07:30:00+08:00"]})
    got = FRAMES["visits"].conform(visits)["started_at"][0]
    assert got == pd.Timestamp("2026-06-28T23:30Z")
    assert got.utcoffset().total_seconds() == 0
