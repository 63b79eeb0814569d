"""The header: found below titles and comments, in other sheets, told, and settable."""

from __future__ import annotations

import io

import openpyxl
import pytest

from geo_service.intake import Layout, read_table
from geo_service.intake.readers.headers import find_header, plain_name
from geo_service.terms import BadInput, BadUse
from tests.intake.conftest import refused, warned

NAMES = ["report_id", "category", "reported_at", "lon", "lat"]
ROW = ["1", "暴露垃圾", "2026-06-01 09:00", "103.80", "36.06"]
OTHER = ["2", "暴露垃圾", "never", "103.80", "36.06"]


def text(*rows, by=","):
    return "".join(by.join(row) + "\n" for row in rows)


HEAD, GOOD, BAD = text(NAMES), text(ROW), text(OTHER)


@pytest.mark.parametrize(
    ("above", "lines", "told"),
    [
        ("七里河区六月台账\n", 1, 1),
        ("七里河区六月台账,,,,\n", 1, 1),
        ('"七里河区\n六月台账",,,,\n', 2, 1),
        ("单位：城管局,,统计时间：6月,,\n\n制表：王\n", 3, 2),
        ("# exported on 2026-06-30, all categories, by hand\n", 1, 1),
        ("// a\n# b\n", 2, 2),
        ("\n\n", 2, 0),
    ],
)
def test_what_stands_above_the_header_is_no_row(read, above, lines, told):
    got = read(above + HEAD + GOOD + BAD)
    assert got.reports["report_id"].tolist() == ["1"]
    assert refused(got) == [(lines + 3, "reported_at", "bad_date")]
    assert warned(got).get("header_found", 0) == told
    if told:
        assert got.warnings[0].example == str(lines + 1)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^"])
def test_the_delimiter_that_line_1_names(read, delimiter):
    got = read(f"sep={delimiter}\n" + text(NAMES, ROW, OTHER, by=delimiter))
    assert got.reports["lon"].tolist() == [103.8]
    assert refused(got) == [(4, "reported_at", "bad_date")]


def test_line_breaks_within_headers(read, tmp_path):
    preset = tmp_path / "own.toml"
    preset.write_text('[columns]\nreported_at = "上报时间"\nreport_id = "任务号"\n')
    names = ["任务\n号", "category", "上报 \n 时间", "lon", "lat"]
    got = read(text([f'"{name}"' for name in names]) + GOOD + BAD, preset_file=preset)
    assert got.reports["report_id"].tolist() == ["1"]
    assert refused(got) == [(5, "reported_at", "bad_date")]
    asked = {"report_id": "任务号", "reported_at": "上报\n时间"}
    assert len(read(text([f'"{name}"' for name in names]) + GOOD, mapping=asked).reports) == 1


@pytest.mark.parametrize(
    ("head", "rows", "told"),
    [
        (HEAD, [GOOD[:-1] + ",\n"], 1),
        (HEAD, [GOOD[:-1] + ",\n", BAD], 1),
        (HEAD, [GOOD, GOOD.replace("1,", "3,", 1), GOOD[:-1].replace("1,", "4,", 1) + ",,\n"], 1),
        (HEAD[:-1] + ",\n", [GOOD, GOOD.replace("1,", "3,", 1)], 0),
        (HEAD[:-1] + ",\n", [GOOD[:-1] + ",\n"], 0),
    ],
)
def test_an_empty_field_more_at_the_end_of_rows(read, head, rows, told):
    got = read(head + "".join(rows))
    good = [row for row in rows if row != BAD]
    assert len(got.reports) == len(good)
    assert not got.reports["reported_at"].isna().any()
    assert warned(got).get("empty_fields", 0) == told
    assert refused(got) == [(3, "reported_at", "bad_date")] * (len(rows) - len(good))


def test_a_field_more_that_says_something_is_still_a_reject(read):
    got = read(HEAD + GOOD[:-1] + ",\n" + BAD[:-1] + ",more\n" + GOOD[:-1] + ",\n")
    assert refused(got) == [(3, None, "too_many_fields")]
    assert (len(got.reports), got.repeated) == (1, 1)


def book(**sheets):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


LEDGER = [["七里河区六月台账"], [], [name.replace("_", "\n") for name in NAMES], ROW, OTHER]
COVER = [["七里河区城市管理局"], ["编制：", "王"], ["日期：", "2026-06-30"]]


def test_a_cover_sheet_and_a_title_before_the_data(read):
    got = read(book(封面=COVER, 台账=LEDGER), "六月.xlsx")
    assert got.reports["report_id"].tolist() == ["1"]
    assert refused(got) == [(5, "reported_at", "bad_date")]
    assert {w.key[7:]: w.example for w in got.warnings} == {
        "sheet_found": "台账",
        "header_found": "3",
    }


def test_further_sheets_of_the_same_columns_are_told(read):
    got = read(book(五月=LEDGER, 六月=[NAMES, ["9", *ROW[1:]]]), "r.xlsx")
    assert got.reports["report_id"].tolist() == ["1"]
    assert [w.example for w in got.warnings if w.key == "intake.sheets_left"] == ["六月"]
    for sheet in ("六月", " 六月", "2"):
        asked = read(book(五月=LEDGER, 六月=[NAMES, ["9", *ROW[1:]]]), "r.xlsx",
                     layout=Layout(sheet=sheet))  # fmt: skip
        assert asked.reports["report_id"].tolist() == ["9"]
        assert asked.warnings == []


def test_the_header_row_that_is_asked_for(read):
    theirs = HEAD + text(["id", "what", "时间", "lon", "lat"]) + GOOD
    mapping = {"reported_at": "时间", "report_id": "id"}
    got = read(theirs, layout=Layout(header_row=2), mapping=mapping)
    assert (got.reports["report_id"].tolist(), got.warnings) == (["1"], [])
    with_separator = read("sep=,\n" + theirs, layout=Layout(header_row=3), mapping=mapping)
    assert with_separator.reports["report_id"].tolist() == ["1"]
    in_sheet = read(book(一=LEDGER), "r.xlsx", layout=Layout(header_row=3))
    assert in_sheet.reports["report_id"].tolist() == ["1"]


@pytest.mark.parametrize(
    ("name", "layout", "message"),
    [
        ("r.csv", Layout(header_row=9), "no line 9"),
        ("r.csv", Layout(header_row=3), "no line 3"),
        ("r.csv", Layout(sheet="一"), "--sheet"),
        ("r.csv", Layout(encoding="klingon"), "klingon"),
        ("r.csv", Layout(encoding="hex"), "hex"),
        ("r.csv", Layout(encoding="ascii"), "utf-8"),
        ("r.xlsx", Layout(header_row=2), "no line 2"),
        ("r.xlsx", Layout(sheet="三"), "封面, 台账"),
        ("r.xlsx", Layout(sheet="3"), "封面, 台账"),
        ("r.xlsx", Layout(encoding="utf-8"), "--encoding"),
        ("r.json", Layout(header_row=1), "--header-row"),
    ],
)
def test_what_is_asked_for_and_is_not_there(read, name, layout, message):
    content = {
        "r.csv": HEAD + GOOD + "\n",
        "r.xlsx": book(封面=COVER, 台账=LEDGER),
        "r.json": '[{"reported_at": "2026-06-01"}]',
    }[name]
    with pytest.raises(BadInput, match=message):
        read(content, name, layout=layout)


@pytest.mark.parametrize("asked", [{"header_row": 0}, {"header_row": -1}])
def test_a_row_that_cannot_be(read, asked):
    with pytest.raises(BadUse, match="--header-row"):
        read(HEAD + GOOD, layout=Layout(**asked))
    with pytest.raises(BadUse, match="--no-header"):
        read(HEAD + GOOD, layout=Layout(header_row=1), header=False)


def test_tables_of_an_office_too(tmp_path):
    path = tmp_path / "crews.csv"
    path.write_text("# all crews\ncrew id,name\nC1,一班,\n")
    got = read_table(path, "crews")
    assert got.rows["name"].tolist() == ["一班"]
    assert [w.key for w in got.warnings] == ["intake.header_found", "intake.empty_fields"]


def test_names_as_fields_are_written():
    assert plain_name("上报\n时间") == plain_name("上报 时间") == plain_name("上报时间")
    assert plain_name("Ｘ 坐标") == plain_name("X坐标")
    assert plain_name("Closed\nDate") == plain_name("closed-date") == "closed_date"


def test_where_no_name_is_known_the_table_begins_below_single_cells():
    assert find_header([["题"], ["甲", "乙"], ["1", "2"]], {"x"}) == 1
    assert find_header([["时", "事"], ["6月1日", "x"]], {"x", "y"}) == 0
    assert find_header([["甲"], ["1"]], {"x"}) == 0
    assert find_header([["", "", ""], ["1", "2", "3"]], {"x"}) == 0
