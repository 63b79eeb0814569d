"""Boston's requests of 2015: 17,070 of them lie on the point of those that could not be placed."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from geo_service import flow
from geo_service.intake import ImportOptions
from geo_service.store import open_store

pytestmark = pytest.mark.shared_data

NOW = datetime(2026, 6, 29, tzinfo=UTC)
AS_OF = datetime(2016, 1, 1, 5, tzinfo=UTC)
POINT = ("42.3594", "-71.0587")
ON_POINT = 5_679
"""Of every third row."""


def figures(store, file):
    """Fill a store with a file of requests and refresh it."""
    flow.import_reports(store, file, ImportOptions(preset="boston-311"), now=NOW)
    flow.make_grid(store, 500)
    flow.refresh(store, now=NOW, as_of=AS_OF)
    return store


@pytest.fixture
def stores(shared_data, tmp_path):
    """Return two stores: of all requests, and of all but those on the point."""
    whole = shared_data / "boston" / "boston_311_2015.csv.gz"
    table = pd.read_csv(whole, dtype="str", keep_default_na=False).iloc[::3]
    lost = (table["LATITUDE"] == POINT[0]) & (table["LONGITUDE"] == POINT[1])
    assert lost.sum() == ON_POINT
    files = [tmp_path / f"{name}.csv" for name in ("whole", "rest")]
    table.to_csv(files[0], index=False)
    table[~lost].to_csv(files[1], index=False)
    stores = [open_store(f"sqlite:///{tmp_path / name}.sqlite") for name in ("whole", "rest")]
    yield [figures(store, file) for store, file in zip(stores, files, strict=True)]
    for store in stores:
        store.close()


def test_no_figure_knows_of_the_rows_on_the_point(stores):
    whole, rest = stores
    check_counts(whole, rest)
    check_weekly_rows(whole, rest)
    check_layers_and_rates(whole, rest)


def check_counts(one, other):
    whole, rest = one.runs.latest().summary, other.runs.latest().summary
    assert whole["reports"] - rest["reports"] == ON_POINT
    assert whole["without_point"] == whole["unlocated"] == ON_POINT
    assert rest["without_point"] == 0
    rows = one.reports.read(["precision", "area_id", "case_id"])
    lost = rows["precision"] == "fallback"
    assert lost.sum() == ON_POINT
    assert rows.loc[lost, ["area_id", "case_id"]].isna().all(axis=None)
    assert {key: whole[key] for key in ("cases", "sites", "open")} == {
        key: rest[key] for key in ("cases", "sites", "open")
    }


def check_weekly_rows(whole, rest):
    assert whole.runs.latest().weeks == rest.runs.latest().weeks
    assert len(rest.runs.latest().weeks) == 52
    hot = 0
    for week in rest.runs.latest().weeks:
        one, other = whole.runs.week_rows(week), rest.runs.week_rows(week)
        pd.testing.assert_frame_equal(one, other)
        hot += int(one["hot"].sum())
    # or nothing would be compared
    assert hot > 0


def check_layers_and_rates(whole, rest):
    assert whole.runs.layers() == rest.runs.layers()
    assert whole.runs.area_ids() == rest.runs.area_ids()
    week = rest.runs.latest().last_week
    for layer in rest.runs.layers():
        one, other = whole.runs.values(layer, "*", week), rest.runs.values(layer, "*", week)
        np.testing.assert_array_equal(one, other)
    pd.testing.assert_frame_equal(whole.runs.rates(), rest.runs.rates())
    assert rest.runs.rates("district", "*")["closures"].item() > 15_000
