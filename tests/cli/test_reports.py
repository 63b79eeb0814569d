import csv
import gzip
import io
import json
import re

import pytest

from tests.flow.city import ROWS, row, write_reports
from tests.flow.test_fallback_points import import_desk

COUNTS = re.compile(r"read (\d+) accepted (\d+) updated (\d+) unchanged (\d+) rejected (\d+)")
BAD = [row("x", "gestern"), row("y", "2026-03-01", (0, 0)), row("z", "heute")]


@pytest.fixture
def file(tmp_path):
    return write_reports(tmp_path, [*ROWS, *BAD])


def test_an_import_ends_with_its_counts_and_a_line_a_reason(run, file):
    got = run("reports", "import", file)
    assert got.code == 0
    first, *reasons = got.out.splitlines()
    assert [int(n) for n in COUNTS.fullmatch(first).groups()] == [10, 7, 0, 0, 3]
    assert len(reasons) == 2
    assert sum(int(line.split()[0]) for line in reasons) == 3


def test_again_everything_is_unchanged(run, file):
    run("reports", "import", file)
    again = run("reports", "import", file)
    assert again.out.startswith("read 10 accepted 0 updated 0 unchanged 7 rejected 3\n")


def test_several_files_are_counted_together(run, tmp_path):
    one = write_reports(tmp_path, ROWS[:3], "one.csv")
    other = write_reports(tmp_path, ROWS[2:], "other.csv")
    got = run("reports", "import", one, other)
    assert got.out == "read 8 accepted 7 updated 0 unchanged 1 rejected 0\n"


def test_as_json_stdout_is_one_object_of_the_fields_agreed(run, file):
    got = run("reports", "import", file, "--format", "json")
    assert list(got.json) == [
        *("read", "accepted", "updated", "unchanged", "rejected"),
        *("rejected_by_reason", "warnings", "seconds"),
    ]
    assert got.json["rejected_by_reason"] == {"bad_date": 2, "zero_zero": 1}
    assert got.json["read"] == 10
    assert isinstance(got.json["warnings"], list)
    assert got.json["seconds"] >= 0


def test_progress_goes_to_stderr(run, file):
    got = run("reports", "import", file)
    assert "reading" in got.err
    assert "keeping" in got.err
    assert "reading" not in got.out


def test_a_warning_is_said_with_how_many_and_an_example(run, tmp_path):
    path = write_reports(tmp_path, [row("1", "2026-03-02", closed_at="2026-02-01")])
    told = run("reports", "import", path)
    assert told.out.startswith("read 1 accepted 1")
    assert "2026-02-01" in told.err
    (warning,) = run("reports", "import", path, "--format", "json").json["warnings"]
    assert (warning["key"], warning["count"]) == ("closing_before_opening", 1)


def test_a_dry_run_keeps_nothing(run, file, store):
    got = run("reports", "import", file, "--dry-run")
    assert got.out.startswith("read 10 accepted 7")
    assert store.reports.count() == 0
    assert len(store.rejects.read()) == 0


def test_columns_are_mapped_set_and_numbered(run, tmp_path, store):
    path = tmp_path / "theirs.csv"
    path.write_text("nr;wann;wo_x;wo_y\nA;2026-03-02 08:00;103.751;36.051\n")
    maps = ["report_id=nr", "reported_at=wann", "lon=wo_x", "lat=wo_y"]
    options = [part for one in maps for part in ("--map", one)]
    got = run("reports", "import", path, *options, "--set", "category=D01", "--source", "kiosk")
    assert got.out.startswith("read 1 accepted 1")
    (one,) = store.reports.read().to_dict("records")
    assert (one["report_id"], one["category"], one["source"]) == ("A", "D01", "kiosk")
    plain = tmp_path / "plain.csv"
    plain.write_text("B;2026-03-02 08:00;103.751;36.051\n")
    maps = ["report_id=1", "reported_at=2", "lon=3", "lat=4"]
    options = [part for one in maps for part in ("--map", one)]
    assert run("reports", "import", plain, "--no-header", *options).out.startswith("read 1 acc")


def test_rejects_are_listed_with_file_line_field_value_and_reason(run, file):
    run("reports", "import", file)
    got = run("reports", "rejects")
    lines = [line.split("\t") for line in got.out.splitlines()]
    assert [line[:4] for line in lines] == [
        ["reports.csv", "9", "reported_at", "gestern"],
        ["reports.csv", "10", lines[1][2], lines[1][3]],
        ["reports.csv", "11", "reported_at", "heute"],
    ]
    assert all(len(line) == 5 and line[4] for line in lines)


def test_rejects_as_json_and_csv_name_the_same_rows(run, file):
    run("reports", "import", file)
    listed = run("reports", "rejects", "--format", "json").json
    assert tuple(listed[0][name] for name in ("file", "line", "field")) == (
        "reports.csv",
        9,
        "reported_at",
    )
    table = list(csv.DictReader(io.StringIO(run("reports", "rejects", "--format", "csv").out)))
    assert [one["value"] for one in table] == [one["value"] for one in listed]


def test_rejects_can_be_exported_mended_and_imported(run, file, tmp_path, store):
    run("reports", "import", file)
    text = run("reports", "rejects", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    for one in rows:
        one["reported_at"] = "2026-03-15 08:00"
        if one["report_id"] == "y":
            one["lon"], one["lat"] = "103.751", "36.051"
    mended = tmp_path / "mended.csv"
    with mended.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    got = run("reports", "import", mended)
    assert got.out.startswith("read 3 accepted 3 updated 0 unchanged 0 rejected 0")
    assert len(store.rejects.read()) == 0
    assert store.reports.count() == 10
    assert run("reports", "rejects").out == ""


@pytest.fixture
def hostile(tmp_path):
    good = write_reports(tmp_path)
    packed = gzip.compress(good.read_bytes())
    (tmp_path / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "words.csv").write_text("this is no table of anything\nreally not\n")
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 50)
    (tmp_path / "broken.json").write_text('{"a": [1, 2')
    (tmp_path / "broken.geojson").write_text('{"type": "FeatureCollection", "features": 3}')
    (tmp_path / "fake.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (tmp_path / "folder.csv").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        *("missing.csv", "cut.csv.gz", "empty.csv", "words.csv", "noise.csv", "broken.json"),
        *("broken.geojson", "fake.xlsx", "folder.csv", "/dev/null", "/vsicurl/http://x/y.csv"),
    ],
)
def test_a_file_that_cannot_be_read_fails_in_a_sentence_that_names_it(run, hostile, name):
    got = run("reports", "import", hostile / name)
    assert got.code == 1
    assert got.out == ""
    assert name.rpartition("/")[2] in got.err


@pytest.mark.parametrize(
    "options",
    [
        ["--preset", "atlantis"],
        ["--preset-file", "missing.toml"],
        ["--map", "report_id"],
        ["--map", "=x"],
        ["--map", "moon=report_id"],
        ["--map", "report_id=nowhere"],
        ["--set", "moon=1"],
        ["--crs", "EPSG:99999"],
        ["--crs", "flat"],
        ["--timezone", "Moon/Base"],
    ],
    ids=" ".join,
)
def test_an_option_that_names_nothing_is_refused_and_named(run, file, store, options):
    got = run("reports", "import", file, *options)
    assert got.code in (1, 2)
    assert got.out == ""
    assert options[1].partition("=")[0 if options[1].startswith(("moon", "report_id")) else 2] in (
        got.err
    )
    assert store.reports.count() == 0


def test_a_later_file_may_write_in_another_zone_and_the_districts_stays(run, file, tmp_path, store):
    run("reports", "import", file)
    path = write_reports(tmp_path, [row("far", "2026-03-02 08:00")], "far.csv")
    assert run("reports", "import", path, "--timezone", "America/Chicago").code == 0
    moments = store.reports.read(["reported_at"], ids=["1", "far"])["reported_at"]
    assert (moments.iloc[1] - moments.iloc[0]).total_seconds() == 14 * 3600
    assert store.district.get().timezone == "Asia/Shanghai"


def test_reasons_are_said_in_chinese(run, file, monkeypatch):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    got = run("reports", "import", file)
    first, *reasons = got.out.splitlines()
    assert COUNTS.fullmatch(first)
    assert all(re.search("[一-鿿]", line) for line in reasons)
    assert "读取" in got.err


def test_a_reject_may_hold_any_character(run, tmp_path):
    nasty = '=cmd()|"quoted"\nsecond line\té'
    path = write_reports(tmp_path, [row("1", nasty)])
    assert run("reports", "import", path).code == 0
    (one,) = run("reports", "rejects", "--format", "json").json
    assert one["value"].split() == nasty.split()
    assert json.dumps(one)


def test_a_ledger_as_a_district_keeps_it(run, tmp_path, store):
    path = tmp_path / "台账.csv"
    rows = (
        '七里河区六月台账\n任务号,"上报\n时间",X坐标,Y坐标\nA1,2026-03-02 08:00,103.751,36.051,\n'
    )
    path.write_bytes(rows.encode("gbk"))
    got = run("reports", "import", path, "--preset", "szcg")
    assert got.out.startswith("read 1 accepted 1")
    assert "line 2" in got.err
    for option, value in (("--header-row", "7"), ("--sheet", "一"), ("--encoding", "utf-8")):
        wrong = run("reports", "import", path, "--preset", "szcg", option, value)
        assert (wrong.code, wrong.out) == (1, "")
        assert value in wrong.err or option in wrong.err
    assert run("reports", "import", path, "--preset", "szcg", "--header-row", "0").code == 2
    told = ("--header-row", "2", "--encoding", "gbk")
    again = run("reports", "import", path, "--preset", "szcg", *told, "--format", "json")
    assert again.json["unchanged"] == 1
    assert "header_found" not in {w["key"] for w in again.json["warnings"]}


def test_points_that_are_no_places_are_listed_and_a_person_decides(run, tmp_path, store):
    import_desk(store, tmp_path)
    (place,) = run("reports", "places", "--json").json
    assert (place["rows"], place["reason"], place["state"]) == (400, "share", "fallback")
    told = run("reports", "places", "--real", "103.8,36.06", "--by", "anna", "--format", "json")
    assert "103.8,36.06 is a place" in told.err
    assert [(one["state"], one["decided_by"]) for one in told.json] == [("real", "anna")]
    back = run("reports", "places", "--forget", "103.8,36.06", "--json").json
    assert [(one["state"], one["decided_by"]) for one in back] == [("fallback", None)]
    assert "fallback" in run("reports", "places").out


@pytest.mark.parametrize(
    ("point", "code"), [("103.8", 2), ("a,b", 2), ("1,2,3", 2), ("36.06,103.8", 2), ("1,2", 1)]
)
def test_a_point_that_is_none_is_refused(run, store, tmp_path, point, code):
    import_desk(store, tmp_path)
    got = run("reports", "places", "--fallback", point)
    assert (got.code, got.out) == (code, "")
    assert point in got.err
