"""Fallback points in a store: marked, counted, in no case; the same however the rows came."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from geo_service import flow
from geo_service.intake import ImportOptions
from tests.flow.one_database import backend  # noqa: F401

NOW = datetime(2026, 6, 29, tzinfo=UTC)
HEAD = "report_id,reported_at,closed_at,lon,lat,address,category\n"
ODD = ["Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gum", "Holly", "Ivy", "Juniper"]
OWN = [f"{i},2026-05-01,2026-05-02,{-71.1 + i * 1e-3},42.3,{i} Main St,0102" for i in range(60)]
LOST = [
    f"{100 + i},2026-05-0{i % 9 + 1},,-71.0587,42.3594,{i} {ODD[i % 10]} {'ABC'[i // 10]}ve,0102"
    for i in range(30)
]


def take(store, tmp_path, rows, name):
    path = tmp_path / name
    path.write_text(HEAD + "\n".join(rows) + "\n")
    options = ImportOptions(timezone="America/New_York")
    return flow.import_reports(store, path, options, now=NOW)


def precisions(store):
    table = store.reports.read(["report_id", "precision"])
    return dict(zip(table["report_id"], table["precision"], strict=True))


@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize("parts", [[OWN + LOST], [LOST, OWN], [LOST[:9], OWN, LOST[9:]]])
def test_however_the_rows_came(store, tmp_path, parts, between):
    for number, rows in enumerate(parts):
        take(store, tmp_path, rows, f"{number}.csv")
        if between:
            flow.refresh(store, now=NOW)
    flow.refresh(store, now=NOW)
    found = precisions(store)
    assert {i for i, p in found.items() if p == "fallback"} == {str(100 + i) for i in range(30)}
    reports = store.reports.read()
    lost = reports["precision"] == "fallback"
    assert reports.loc[lost, ["case_id", "link", "area_id"]].isna().all(axis=None)
    assert reports.loc[~lost, "case_id"].notna().all()
    assert store.runs.latest().summary["without_point"] == 30


def test_importing_again_changes_nothing(store, tmp_path):
    take(store, tmp_path, OWN + LOST, "a.csv")
    flow.refresh(store, now=NOW)
    again = take(store, tmp_path, OWN + LOST, "a.csv")
    assert (again.updated, again.unchanged) == (0, 90)
    assert list(precisions(store).values()).count("fallback") == 30


def test_a_corrected_point_is_a_place(store, tmp_path):
    take(store, tmp_path, OWN + LOST, "a.csv")
    flow.refresh(store, now=NOW)
    take(store, tmp_path, [LOST[0].replace("-71.0587,42.3594", "-71.05,42.31")], "b.csv")
    flow.refresh(store, now=NOW)
    assert precisions(store)["100"] == "point"
    assert list(precisions(store).values()).count("fallback") == 29
