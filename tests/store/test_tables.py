"""Frames become rows of the database and come back as they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from geo_service.store.tables import micros, moment, texts, to_rows


def test_a_moment_is_kept_to_the_microsecond_in_any_zone():
    at = datetime(2026, 6, 29, 7, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    assert moment(micros(at)) == at
    assert moment(None) is None
    with pytest.raises(ValueError, match="time zone"):
        micros(datetime(2026, 6, 29))  # noqa: DTZ001


def test_what_is_missing_is_none_whatever_its_type():
    at = datetime(2026, 6, 29, tzinfo=UTC)
    table = pd.DataFrame(
        {
            "word": pd.Series(["a", None], dtype="str"),
            "at": pd.Series([pd.NaT, at]).astype("datetime64[us, UTC]"),
            "share": [np.nan, 0.5],
            "count": pd.array([3, None], dtype="Int64"),
            "flag": [True, False],
        }
    )
    types = {"word": "text", "at": "time", "share": "number", "count": "integer", "flag": "flag"}
    assert to_rows(table, types) == [
        ("a", None, None, 3, True),
        (None, micros(at), 0.5, None, False),
    ]


def test_ids_are_plain_strings():
    assert texts(pd.Series(["1", "b"], dtype="str")) == ["1", "b"]
