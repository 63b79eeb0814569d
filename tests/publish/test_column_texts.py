"""A column as written text."""

import csv
import io

import pandas as pd

from geo_service.publish import (
    TABLES,
    csv_stream,
    placed,
)


def reports(**columns):
    return placed(TABLES["reports"], pd.DataFrame(columns))


def rows_of(table):
    text = b"".join(csv_stream(table)).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_numbers_stay_numbers():
    row = rows_of(reports(report_id=["r"], lon=[-70.123456789], lat=[-33.4]))[0]
    assert (row["lon"], row["lat"]) == ("-70.1234568", "-33.4")


def test_null_is_empty_and_times_are_utc():
    row = rows_of(reports(report_id=["r"], reported_at=["2026-06-28T08:00:00+08:00"]))[0]
    assert row["reported_at"] == "2026-06-28T00:00:00Z"
    assert row["address"] == ""
    assert row["is_duplicate"] == "false"
