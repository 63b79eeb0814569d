"""Reports: every reason of refusal, what is dropped with a warning, ids, sums."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo_service.intake import ImportOptions, read_reports
from geo_service.terms import FRAMES, BadInput
from tests.intake.conftest import NOW, refused, warned

HEAD = "report_id,category,reported_at,lon,lat,fixed_at,verified_at,closed_at\n"


def line(*, id_="1", category="D01", reported_at="2026-05-01T08:00:00", lon="103.8", lat="36.1",
         fixed_at="", verified_at="", closed_at=""):  # fmt: skip
    cells = (id_, category, reported_at, lon, lat, fixed_at, verified_at, closed_at)
    return ",".join(cells) + "\n"


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"reported_at": ""}, "reported_at", "missing_date"),
        ({"reported_at": "NULL"}, "reported_at", "missing_date"),
        ({"reported_at": "soon"}, "reported_at", "bad_date"),
        ({"reported_at": "1900-01-01"}, "reported_at", "date_out_of_range"),
        ({"reported_at": "1979-12-30"}, "reported_at", "date_out_of_range"),
        ({"reported_at": "2027-07-02"}, "reported_at", "date_out_of_range"),
        ({"lon": "east"}, "lon", "bad_coordinate"),
        ({"lat": "1e999"}, "lat", "bad_coordinate"),
        ({"lon": "inf"}, "lon", "bad_coordinate"),
        ({"lon": ""}, "lon", "half_point"),
        ({"lat": ""}, "lat", "half_point"),
        ({"lon": "0", "lat": "0.0"}, "lon", "zero_zero"),
        ({"lon": "181"}, "lon", "out_of_range"),
        ({"lat": "-91"}, "lat", "out_of_range"),
        ({"closed_at": "later"}, "closed_at", "bad_date"),
        ({"fixed_at": "31/02/2026"}, "fixed_at", "bad_date"),
        ({"verified_at": "?"}, "verified_at", "bad_date"),
        # of several faults the first is told
        ({"reported_at": "soon", "lon": "east", "closed_at": "x"}, "reported_at", "bad_date"),
    ],
)
def test_reasons_with_their_lines(read, change, field, reason):
    got = read(HEAD + line(id_="a") + line(id_="b", **change) + line(id_="c"))
    assert refused(got) == [(3, field, reason)]
    assert got.reports["report_id"].tolist() == ["a", "c"]
    reject = got.rejects.iloc[0]
    assert reject["report_id"] == "b"
    assert reject["file"] == "reports.csv"
    if change.get(field) not in ("", "NULL") and reason != "zero_zero":
        assert change[field] in reject["value"]


def test_edges_are_inside(read):
    rows = line(id_="a", reported_at="1980-01-02") + line(id_="b", reported_at="2027-06-29")
    rows += line(id_="c", lon="180", lat="-90") + line(id_="d", lon="0", lat="51.5")
    assert len(read(HEAD + rows).reports) == 4


def test_region_when_set(read):
    rows = line(id_="a") + line(id_="b", lon="103.0") + line(id_="c", lon="", lat="")
    got = read(HEAD + rows, region=(103.5, 36.0, 104.0, 36.2))
    assert refused(got) == [(3, "lon", "outside_region")]
    assert len(read(HEAD + rows).rejects) == 0


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


def test_empty_category_is_unspecified_and_texts_become_a_scheme(read):
    got = read(HEAD + line(category="") + line(id_="2", category="Dead rats") + line(id_="3"))
    assert got.reports["category"].tolist() == ["unspecified", "Dead rats", "D01"]
    assert got.scheme == "local"
    # packaged ones keep their names: only what is new is listed
    table = got.categories[["scheme", "code", "name_zh", "name_en"]]
    assert table.to_numpy().tolist() == [["local", "Dead rats", "Dead rats", "Dead rats"]]
    assert got.categories.columns.tolist() == FRAMES["categories"].names


def test_source_column_then_option_then_import(read):
    text = "reported_at,source\n2026-05-01,hotline\n2026-05-01,\n"
    assert read(text).reports["source"].tolist() == ["hotline", "import"]
    assert read(text, source="12345").reports["source"].tolist() == ["hotline", "12345"]


def test_rows_without_an_id_get_the_same_ones_in_any_order(read):
    head, rows = "reported_at,address\n", ["2026-05-01,a\n", "2026-05-02,b\n", "2026-05-01,a\n"]
    first = read(head + "".join(rows)).reports
    again = read(head + "".join(reversed(rows))).reports
    assert first["report_id"].nunique() == 3
    assert sorted(first["report_id"]) == sorted(again["report_id"])
    turned = read("address,reported_at\na,2026-05-01\n").reports["report_id"]
    assert set(turned) <= set(first["report_id"])
    assert not first["report_id"].str.fullmatch("[0-9]+").any()


def test_made_ids_stay_the_same_over_releases(read):
    got = read("reported_at,address\n" + "2026-05-01,西津西路\n" * 2).reports["report_id"]
    made = "row-18bfb18fcf51876b5b20bb8f"
    assert got.tolist() == [made, f"{made}-2"]


def test_ids_are_text_without_blanks_and_spreadsheet_zeros(read):
    got = read("report_id,reported_at\n 007 ,2026-05-01\n123.0,2026-05-01\n1.5,2026-05-01\n")
    assert got.reports["report_id"].tolist() == ["007", "123", "1.5"]


def test_texts_are_cleaned_and_cut(read):
    text = 'reported_at,address,description\n2026-05-01," a\x07b\u202e\nc ","' + "长" * 5000 + '"\n'
    got = read(text)
    assert got.reports["address"].iloc[0] == "ab c"
    assert got.reports["description"].str.len().tolist() == [4000]
    assert warned(got) == {"text_cut": 1}


def test_precision_given_is_kept_where_it_can_be(read):
    head = "reported_at,lon,lat,precision\n"
    told = ["", "address", "Fallback", "area", "roof"]
    rows = "".join(f"2026-05-01,103.8,36.1,{word}\n" for word in told)
    got = read(head + rows + "2026-05-01,,,point\n")
    wanted = ["point", "address", "fallback", "area", "point", None]
    assert got.reports["precision"].replace({np.nan: None}).tolist() == wanted
    assert warned(got) == {"unknown_precision": 1}


POINTS = [
    "(36.1, 103.8)",
    "36.1,103.8",
    "[36.1; 103.8]",
    "POINT (103.8 36.1)",
    "SRID=4326;point z(103.8 36.1 1500)",
]


@pytest.mark.parametrize("written", POINTS)
def test_points_in_one_cell(read, written):
    got = read(f'reported_at,point\n2026-05-01,"{written}"\n2026-05-01,\n')
    assert got.reports.loc[0, ["lon", "lat"]].tolist() == [103.8, 36.1]
    assert got.reports.loc[1, ["lon", "lat"]].isna().all()


def test_bad_point_in_one_cell(read):
    got = read('reported_at,point\n2026-05-01,"(36.1)"\n2026-05-01,"(0.0, 0)"\n')
    assert refused(got) == [(2, "point", "bad_coordinate"), (3, "point", "zero_zero")]


def test_projected_points_and_their_origin(read):
    text = (
        "reported_at,x,y\n"
        "2026-05-01,1165166.51552093,1872509.02087899\n"
        "2026-05-01,20,25\n"  # 32 US feet are 9.76 m
        "2026-05-01,20,27\n"  # 33.6 are 10.24
        "2026-05-01,5,\n"
    )
    got = read(text, crs="EPSG:3435")
    assert got.reports.loc[0, "lon"] == pytest.approx(-87.66975672568209, abs=2e-5)
    assert got.reports.loc[0, "lat"] == pytest.approx(41.80576343586902, abs=2e-5)
    assert refused(got) == [(3, "x", "zero_zero"), (5, "y", "half_point")]


def test_projection_goes_for_x_and_y_though_degrees_stand_beside(read):
    text = "reported_at,lon,lat,x,y\n2026-05-01,1,2,1165166.5,1872509\n"
    assert read(text, crs="EPSG:3435").reports["lat"].iloc[0] == pytest.approx(41.8058, abs=1e-3)
    with pytest.raises(BadInput, match="are degrees already"):
        read("reported_at,lon,lat\n2026-05-01,103.8,36.1\n", crs="EPSG:3435")
    with pytest.raises(BadInput, match="--crs"):
        read("reported_at,x,y\n2026-05-01,1165166.5,1872509\n")


def test_chinese_datums(read):
    text = "reported_at,lon,lat\n2026-05-01,103.77,36.07\n2026-05-01,-87.6,41.8\n"
    plain = read(text).reports
    for crs in ("gcj02", "GCJ-02", "bd09"):
        moved = read(text, crs=crs).reports
        assert 0.001 < abs(moved["lon"][0] - plain["lon"][0]) < 0.02
        assert moved["lon"][1] == plain["lon"][1]


def test_coordinates_are_not_rounded(read):
    got = read("reported_at,lon,lat\n2026-05-01,-87.66975672568209,41.80576343586902\n")
    assert got.reports.loc[0, ["lon", "lat"]].tolist() == [-87.66975672568209, 41.80576343586902]


def test_decimal_comma(read):
    got = read("reported_at;lon;lat\n2026-05-01;103,8;36,1\n")
    assert got.reports.loc[0, ["lon", "lat"]].tolist() == [103.8, 36.1]


def test_headers_equal_to_fields_need_no_map_others_do(read):
    got = read("Reported At,LATITUDE,Longitude,Where\n2026-05-01,36.1,103.8,x\n",
               mapping={"address": "where"})  # fmt: skip
    assert got.reports.loc[0, ["lon", "lat", "address"]].tolist() == [103.8, 36.1, "x"]


def test_set_goes_before_columns(read):
    got = read("reported_at,category\n2026-05-01,a\n", set_values={"category": "D03"})
    assert got.reports["category"].tolist() == ["D03"]


def test_is_duplicate(read):
    text = "reported_at,is_duplicate\n" + "".join(
        f"2026-05-01,{word}\n" for word in ("true", "1", "是", "no", "", "0")
    )
    assert read(text).reports["is_duplicate"].tolist() == [True] * 3 + [False] * 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mapping": {"category": "Typ"}}, "no column Typ; there are: reported_at, what"),
        ({"mapping": {"colour": "what"}}, "no field colour; there are: report_id"),
        ({"set_values": {"colour": "x"}}, "no field colour"),
        ({"preset": "gotham"}, "no preset gotham; there are: .*chicago-311"),
        ({"timezone": "Mars/Olympus"}, "no time zone Mars/Olympus"),
        ({"timezone": "../etc/passwd"}, "no time zone"),
        ({"crs": "EPSG:999999"}, "no reference system EPSG:999999"),
        ({"crs": "/etc/passwd"}, "no reference system"),
        ({"preset": "chicago-311"}, "none of the columns of preset chicago-311"),
    ],
)
def test_bad_options_are_told_in_the_users_words(read, options, message):
    with pytest.raises(BadInput, match=message):
        read("reported_at,what\n2026-05-01,x\n", **options)


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
