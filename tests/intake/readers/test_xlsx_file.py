"""xlsx: cells of any type, row numbers, bombs."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from geo_service.intake.readers import files
from geo_service.terms import BadInput
from tests.intake.conftest import refused


def book(*rows):
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def when(*args):
    return datetime(*args)  # noqa: DTZ001


HEAD = ["report_id", "reported_at", "closed_at", "lon", "lat", "address"]


def test_cells_of_any_type(read):
    got = read(
        book(
            HEAD,
            [123.0, when(2026, 5, 1, 8, 30), date(2026, 5, 2), 103.8, 36.1, 12],
            [None] * 6,
            ["x", "2026-05-01 08:30", "2026-05-02", "103.8", "36.1", True],
            [5, "never", None, 103.8, 36.1, "y"],
            [6, "2026-05-01", None, 0, 0, "z", "more"],
            [7, "2026-05-01", None, 0, 0],
        ),
        "r.xlsx",
    )
    assert got.reports["report_id"].tolist() == ["123", "x"]
    assert got.reports["reported_at"].nunique() == 1
    # a column of midnights holds dates: a closing is the end of its day
    assert got.reports["closed_at"].astype(str).unique().tolist() == ["2026-05-02 16:00:00+00:00"]
    assert refused(got) == [
        (5, "reported_at", "bad_date"),
        (6, None, "too_many_fields"),
        (7, "lon", "zero_zero"),
    ]


def test_known_by_its_bytes_and_without_header(read):
    data = book(["a", when(2026, 5, 1, 8, 30)], ["b", when(2026, 5, 2, 8, 30)])
    got = read(data, "r.csv", header=False, mapping={"report_id": "1", "reported_at": "2"})
    assert got.reports["report_id"].tolist() == ["a", "b"]


def test_bomb_is_refused_before_it_is_opened(read, monkeypatch):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    monkeypatch.setattr(files, "MOST_ZIP_BYTES", 1_000_000)
    with pytest.raises(BadInput, match="unpacks to more than"):
        read(out.getvalue(), "r.xlsx")


def test_entities_are_refused(read):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(HEAD))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + data
            new.writestr(name, data)
    with pytest.raises(BadInput, match="XML document type"):
        read(out.getvalue(), "r.xlsx")


@pytest.mark.parametrize("content", [b"PK\x03\x04junk", b"plain text"])
def test_what_is_no_workbook(read, content):
    with pytest.raises(BadInput, match=r"r\.xlsx is not an xlsx workbook"):
        read(content, "r.xlsx")


def test_other_zip(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "reported_at\n2026-05-01\n")
    with pytest.raises(BadInput, match="is not an xlsx workbook"):
        read(out.getvalue(), "r.zip")


def test_truncated_workbook(read):
    with pytest.raises(BadInput, match="is not an xlsx workbook"):
        read(book(HEAD, *[[str(i)] * 6 for i in range(100)])[:-200], "r.xlsx")
