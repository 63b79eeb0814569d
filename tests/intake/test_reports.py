"""Reports: every reason of refusal, what is dropped with a warning, ids, sums."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo_service.intake import ImportOptions, read_reports
from geo_service.terms import FRAMES, BadInput
from tests.intake.conftest import HEAD, NOW, line, refused, warned


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
    assert warned(got) == {"closing_before_opening": 2, "closing_in_future": 1}
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
    # a file that says nothing of duplicates and cancelled rows leaves what is known of them
    names = [name for name in FRAMES["reports"].given if not name.startswith("is_")]
    wanted = FRAMES["reports"].empty()[names].assign(reopened=False)
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


NEW_YORK = {"timezone": "America/New_York"}


def test_of_an_hour_that_came_twice_a_closing_means_the_one_after_the_opening(read):
    rows = line(id_="a", reported_at="2025-11-02 01:30", closed_at="2025-11-02 01:10")
    rows += line(id_="b", reported_at="2025-11-02 01:05", closed_at="2025-11-02 01:10")
    got = read(HEAD + rows, **NEW_YORK).reports
    assert got["reported_at"].iloc[0] == pd.Timestamp("2025-11-02T05:30Z")
    assert got["closed_at"].iloc[0] == pd.Timestamp("2025-11-02T06:10Z")
    assert got["closed_at"].iloc[1] == pd.Timestamp("2025-11-02T05:10Z")


def test_a_column_of_midnights_holds_days_whichever_reader(read):
    rows = line(id_="2", reported_at="2026-06-20T09:00", closed_at="2026-06-22T00:00:00.000")
    rows += line(id_="3", reported_at="2026-06-22T10:00", closed_at="2026-06-25T00:00:00.000")
    got = read(HEAD + rows, timezone="UTC").reports
    assert [day.isoformat()[:10] for day in got["closed_at"]] == ["2026-06-23", "2026-06-26"]
    # one time of day among them, and they are moments
    rows += line(id_="4", reported_at="2026-06-22T10:00", closed_at="2026-06-25T07:00:00.000")
    got = read(HEAD + rows, timezone="UTC").reports
    assert got["closed_at"].iloc[0] == pd.Timestamp("2026-06-22T00:00Z")


def test_what_has_not_come_is_not_taken(read):
    rows = line(id_="a", reported_at="2026-06-29T00:59:00Z")  # a clock that is ahead
    rows += line(id_="b", reported_at="2026-06-29T01:01:00Z")
    rows += line(id_="c", closed_at="2026-06-29T00:01:00Z")
    # a day that is not over has not ended yet
    rows += line(id_="d", closed_at="2026-06-29")
    got = read(HEAD + rows, timezone="UTC")
    assert refused(got) == [(3, "reported_at", "in_future")]
    closed = got.reports.set_index("report_id")["closed_at"]
    assert pd.isna(closed["c"])
    assert closed["d"] == pd.Timestamp(NOW)
    assert warned(got) == {"closing_in_future": 1}


STATUS = "report_id,reported_at,status,closed_at\n"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        *((word, "is_cancelled") for word in ("CANC", "Case is Invalid", "No action needed")),
        *((word, "is_cancelled") for word in ("Transferred to Other Dept", "Unable to locate")),
        *((word, "is_duplicate") for word in ("Duplicate (Closed)", "重复上报")),
        *((word, None) for word in ("Closed", "completed ", "已结案")),
    ],
)
def test_a_status_word_means_what_the_table_says(read, word, said):
    got = read(STATUS + f"a,2026-06-01 08:00,{word},2026-06-02 08:00\n")
    one = got.reports.iloc[0]
    assert [name for name in ("is_cancelled", "is_duplicate") if one[name]] == [said] * bool(said)
    assert not one["reopened"]
    assert not got.warnings


def test_an_open_row_does_not_close_and_a_fixed_one_is_fixed(read):
    rows = (
        "a,2026-06-01 08:00,处置中,2026-06-02 08:00\nb,2026-06-01 08:00,待核查,2026-06-02 08:00\n"
    )
    got = read(STATUS + rows)
    first, second = (row for _, row in got.reports.iterrows())
    assert pd.isna(first["closed_at"])
    assert first["reopened"]
    assert pd.isna(second["closed_at"])
    assert second["fixed_at"] == pd.Timestamp("2026-06-02T00:00Z")
    assert warned(got) == {"closing_of_open": 1}


def test_words_that_nobody_mapped_are_listed_with_their_counts(read):
    rows = "".join(f"{i},2026-06-01 08:00,{word},\n" for i, word in enumerate(["Zu", "Zu", "Auf"]))
    got = read(STATUS + rows)
    (warning,) = got.warnings
    assert (warning.key, warning.count) == ("intake.unknown_status", 3)
    assert warning.example == "Zu (2), Auf (1)"


def test_a_preset_maps_words_and_says_which_changes_close(read, write):
    own = """
[columns]
closed_at = "updated"
[times]
closed_where = ["zu*"]
[status]
open = ["auf"]
verified = ["zu*"]
cancelled = ["*irrtum*"]
"""
    rows = "report_id,reported_at,status,updated\n"
    rows += "a,2026-06-01 08:00,Zu (12),2026-06-02 08:00\nb,2026-06-01 08:00,Auf,2026-06-02 08:00\n"
    rows += "c,2026-06-01 08:00,ein Irrtum!,2026-06-02 08:00\n"
    got = read(rows, preset_file=write(own, "own.toml"))
    assert got.reports["closed_at"].notna().tolist() == [True, False, False]
    assert got.reports["is_cancelled"].tolist() == [False, False, True]
    assert not got.warnings


@pytest.mark.parametrize("told", ["%s%Q", "%", "%Y %Y"])
def test_a_time_format_that_is_none_is_named(read, told):
    with pytest.raises(BadInput) as error:
        read(HEAD + line(), time_format=told)
    assert told in error.value.say("zh")
