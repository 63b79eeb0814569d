"""csv: delimiters, encodings, physical lines, torn rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo_service.intake.readers import csv_file
from geo_service.intake.readers.csv_file import read_csv
from geo_service.terms import FRAMES, BadInput
from tests.intake.conftest import refused, warned

HEAD = "report_id,reported_at,address,lon,lat\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(read, delimiter):
    text = HEAD + '1,2026-05-01T08:00:00,"A, B; C | D",103.8,36.1\n'
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    got = read(out.getvalue())
    assert got.reports["address"].tolist() == ["A, B; C | D"]
    assert got.reports["lat"].tolist() == [36.1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_encoding_is_found(read, encoding):
    got = read(HEAD + "1,2026-05-01 08:00,七里河区西津西路,103.8,36.1\n", encoding=encoding)
    assert got.reports["address"].tolist() == ["七里河区西津西路"]
    assert got.warnings == []


def test_damaged_utf8_is_read_and_told(read):
    good = (HEAD + "1,2026-05-01 08:00,七里河区西津西路" * 1).encode()
    got = read(good + b"\xff" + "七里河区西津西路".encode() * 9 + b",103.8,36.1\n")
    assert got.reports["address"].iloc[0].startswith("七里河区西津西路")
    assert warned(got) == {"encoding_damaged": 1}


def test_gzip_by_first_bytes_whatever_its_name(read, write):
    path = write(HEAD + "1,2026-05-01,x,103.8,36.1\n", "reports.csv.gz")
    plain = path.rename(path.with_name("reports.csv"))
    assert len(read(plain).reports) == 1


def test_lines_count_blank_ones_and_those_in_quotes(read):
    text = (
        HEAD  # line 1
        + '1,2026-05-01,"two\nlines",103.8,36.1\n'  # 2 and 3
        + "\n"  # 4
        + "2,never,x,103.8,36.1\n"  # 5
        + "3,2026-05-01,x\n"  # 6
        + '4,2026-05-01,"a\n\nb",0,0\n'  # 7 to 9
        + "5,2026-05-01,x,103.8,36.1,more\n"  # 10
        + "6,1900-01-01,x,103.8,36.1"  # 11, without an end
    )
    got = read(text)
    assert refused(got) == [
        (5, "reported_at", "bad_date"),
        (6, None, "too_few_fields"),
        (7, "lon", "zero_zero"),
        (10, None, "too_many_fields"),
        (11, "reported_at", "date_out_of_range"),
    ]
    assert got.reports["report_id"].tolist() == ["1"]
    assert got.reports["address"].tolist() == ["two lines"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(read, end):
    text = HEAD + "1,2026-05-01,x,103.8,36.1\n2,bad,x,103.8,36.1\n"
    assert refused(read(text.replace("\n", end)))[0][0] == 3


def test_stray_quotes_do_not_shift_lines(read):
    text = (
        HEAD
        + '1,2026-05-01,5" pipe,103.8,36.1\n'
        + "2,2026-05-01,x,103.8,36.1\n"
        + '3,bad,2" x,103.8,36.1\n'
        + "4,bad,y,103.8,36.1\n"
    )
    got = read(text)
    assert [line for line, _, _ in refused(got)] == [4, 5]
    assert got.reports["address"].tolist() == ['5" pipe', "x"]


def test_open_quote_is_an_error_or_a_reject_never_a_crash(read):
    got = read(HEAD + '1,2026-05-01,x,103.8,36.1\n2,2026-05-01,"open,103.8,36.1\n3,x,y,1,2\n')
    assert len(got.reports) == 1
    assert refused(got) == [(3, None, "too_few_fields")]


def test_without_header_columns_are_numbers(read):
    got = read(
        "7;2026-05-01;103.8;36.1\n8;bad;103.8;36.1\n",
        header=False,
        mapping={"report_id": "1", "reported_at": "2", "lon": "3", "lat": "4"},
    )
    assert got.reports["report_id"].tolist() == ["7"]
    assert refused(got) == [(2, "reported_at", "bad_date")]


def test_header_alone_is_no_rows(read):
    got = read(HEAD)
    assert got.read == 0
    assert got.reports.columns.tolist() == [
        *(name for name in FRAMES["reports"].given if not name.startswith("is_")),
        "reopened",
    ]


def test_repeated_and_empty_headers(read):
    got = read(
        "reported_at,note,note,\n2026-05-01,a,b,c\n",
        mapping={"description": "note.2", "status": "4"},
    )
    assert got.reports.loc[0, ["description", "status"]].tolist() == ["b", "c"]


def test_binary_is_refused(write, read):
    with pytest.raises(BadInput, match=r"reports\.csv is not csv"):
        read(b"\x00\x01\x02\x03binary\x00\x00" * 20)


CELL = st.text(st.sampled_from('ab ,;"\n0é路'), max_size=8)


@example(rows=[["", ";", ";"]] * 8)
@settings(deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8))
def test_agrees_with_the_standard_library(tmp_path_factory, rows):
    """Whatever is quoted properly comes back as the plain reader gives it, at its line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    raw = read_csv(path, out.getvalue().encode(), header=True)
    cells = raw.cells.astype(object).where(raw.cells.notna(), "").to_numpy().tolist()
    assert cells == rows
    lines, line = [], 2
    for row in rows:
        lines.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    assert raw.lines.tolist() == lines


def test_chunks_do_not_matter(monkeypatch):
    data = b'a,b\n"x\ny",1\n\nz,"2"\n"q\n\nr",3\n'
    whole = csv_file._record_lines(data)
    for size in (1, 2, 3, 7):
        monkeypatch.setattr(csv_file, "_CHUNK", size)
        part = csv_file._record_lines(data)
        assert part[0].tolist() == whole[0].tolist() == [1, 2, 5, 6]
        assert part[1] == whole[1]


@pytest.mark.parametrize("header", [True, False])
def test_a_table_wide_beyond_reason_is_refused_at_its_first_line(monkeypatch, header):
    def read(*_):
        raise AssertionError("its rows were read")

    monkeypatch.setattr(csv_file, "_read_fast", read)
    wide = ",".join(f"c{number}" for number in range(200_000)).encode()
    with pytest.raises(BadInput, match="more than 2000 columns"):
        read_csv(Path("x.csv"), wide + b"\n1,2\n", header=header)
