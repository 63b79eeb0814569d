"""Reports: every reason of refusal, what is dropped with a warning, ids, sums."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo_service.intake import ImportOptions, read_reports
from geo_service.terms import FRAMES, BadInput
from tests.intake.conftest import HEAD, NOW, line, warned


def test_missing_point_is_no_reject(read):
    got = read(HEAD + line(lon="", lat=""))
    assert got.reports[["lon", "lat", "precision"]].isna().all(axis=None)


def test_closing_before_opening_is_dropped_and_the_report_kept(read):
    got = read(
        HEAD
        + line(id_="a", closed_at="2026-04-30T10:00:00", fixed_at="1900-01-01")
        + line(id_="b", closed_at="2026-05-01")  # that day's end
        + line(id_="c", verified_at="9999-12-31")
    )
    assert warned(got) == {"closing_before_opening": 2, "closing_far_ahead": 1}
    assert got.reports["closed_at"].isna().tolist() == [True, False, True]
    assert got.reports[["fixed_at", "verified_at"]].isna().all(axis=None)


def test_fixed_after_verified_is_only_told(read):
    got = read(HEAD + line(fixed_at="2026-05-09", verified_at="2026-05-03"))
    assert warned(got) == {"fixed_after_verified": 1}
    assert got.reports[["fixed_at", "verified_at"]].notna().all(axis=None)


def test_last_row_of_an_id_counts(read):
    rows = line(category="old") + line(id_="2") + line(category="new") + line(reported_at="bad")
    got = read(HEAD + rows)
    assert (got.read, len(got.reports), got.repeated, len(got.rejects)) == (4, 2, 1, 1)
    assert got.reports.set_index("report_id").loc["1", "category"] == "new"


def test_source_column_then_option_then_import(read):
    text = "reported_at,source\n2026-05-01,hotline\n2026-05-01,\n"
    assert read(text).reports["source"].tolist() == ["hotline", "import"]
    assert read(text, source="12345").reports["source"].tolist() == ["hotline", "12345"]


def test_precision_given_is_kept_where_it_can_be(read):
    head = "reported_at,lon,lat,precision\n"
    told = ["", "address", "Fallback", "area", "roof"]
    rows = "".join(f"2026-05-01,103.8,36.1,{word}\n" for word in told)
    got = read(head + rows + "2026-05-01,,,point\n")
    wanted = ["point", "address", "fallback", "area", "point", None]
    assert got.reports["precision"].replace({np.nan: None}).tolist() == wanted
    assert warned(got) == {"unknown_precision": 1}


def test_is_duplicate(read):
    text = "reported_at,is_duplicate\n" + "".join(
        f"2026-05-01,{word}\n" for word in ("true", "1", "是", "no", "", "0")
    )
    assert read(text).reports["is_duplicate"].tolist() == [True] * 3 + [False] * 3


def test_no_reporting_time_at_all(read):
    with pytest.raises(BadInput, match=r"--map reported_at=COLUMN; there are: when, what"):
        read("when,what\n2026-05-01,x\n")


def test_progress_ends_at_all_rows(write):
    steps = []
    path = write("reported_at\n2026-05-01\n2026-05-02\n")
    read_reports(path, ImportOptions(), now=NOW, progress=lambda *s: steps.append(s))
    assert steps[0] == (0, 2)
    assert steps[-1] == (2, 2)
    assert steps == sorted(steps)


def test_types_are_the_frames(read):
    got = read(HEAD + line())
    wanted = FRAMES["reports"].empty()[FRAMES["reports"].given]
    assert got.reports.dtypes.astype(str).to_dict() == wanted.dtypes.astype(str).to_dict()
    assert (
        got.rejects.dtypes.astype(str).to_dict()
        == FRAMES["rejects"].empty().dtypes.astype(str).to_dict()
    )


OFFICE = "report_id,reported_at,community,due_at,unit,dispatched_at,reworks,who,reporter_phone\n"


def test_what_an_office_keeps_of_a_report(read):
    got = read(
        OFFICE + "1,2026-05-01 08:00,晏家坪,2026-05-03,环卫所,2026-05-01,2.0,王女士,13900000000\n"
        "2,2026-05-01 08:00,,无,,1203-01-01,-1,,\n3,2026-05-01 08:00,,,,,1e9,,\n",
        mapping={"reporter_name": "who"},
    )
    first = got.reports.iloc[0]
    # a deadline of a day ends with it, a dispatch begins with it
    assert first["due_at"] == pd.Timestamp("2026-05-04T00:00+08:00")
    assert first["dispatched_at"] == pd.Timestamp("2026-05-01T00:00+08:00")
    assert (first["community"], first["unit"], first["reworks"]) == ("晏家坪", "环卫所", 2)
    assert (first["reporter_name"], first["reporter_phone"]) == ("王女士", "13900000000")
    # what cannot be read costs no row
    rest = got.reports.iloc[1:][["due_at", "dispatched_at", "reworks"]]
    assert rest.isna().all(axis=None)
    assert warned(got) == {"value_dropped": 4}


def test_rejected_rows_are_handed_back_without_who_reported_them(read):
    text = OFFICE + "1,never,晏家坪,,,,,王女士,13900000000\n2,2026-05-01,,,,,,王女士\n"
    got = read(text + "3,2026-05-01,,,,,,,\n", mapping={"reporter_name": "who"})
    assert len(got.rejects) == 2
    assert "晏家坪" in got.rejects["row"].iloc[0]
    handed_back = got.rejects.to_csv()
    assert "王女士" not in handed_back
    assert "13900000000" not in handed_back
