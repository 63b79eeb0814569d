"""Files made to hurt: each is refused in a moment, by a sentence that names it."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile

import openpyxl
import pytest

from geo_service.terms import BadInput

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(autouse=True)
def soon():
    """None of these may take long."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < 30


def workbook():
    book = openpyxl.Workbook()
    book.active.append(["report_id", "reported_at"])
    book.active.append(["1", "2026-05-01"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def changed(data, name, change):
    """A zip with one member changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, change(content) if member == name else content)
    return out.getvalue()


# ---- what unpacks to more than it is ----------------------------------------


def test_gzip_bomb(read, tmp_path):
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", 9) as stream:
        for _ in range(80):
            stream.write(b"\0" * (1 << 20))
    with pytest.raises(BadInput, match=r"bomb\.csv\.gz unpacks to more"):
        read(path)


def test_xlsx_bomb(read, write):
    data = changed(workbook(), SHEET, lambda xml: xml + b" " * 80_000_000)
    with pytest.raises(BadInput, match=r"bomb.* unpacks to more"):
        read(write(data, "bomb.xlsx"))


def test_a_dull_but_honest_gzip_is_read(read):
    rows = "".join(
        f"{i},2026-05-01,103.8,36.05,same words again and again\n" for i in range(20_000)
    )
    assert read("report_id,reported_at,lon,lat,address\n" + rows, "dull.csv.gz").read == 20_000


# ---- what claims more than there is ----------------------------------------


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        (b'<row r="2"', b'<row r="900000000"', "claims more than"),
        (b'r="B2"', b'r="XFD2"', "more than 2000 columns"),
    ],
)
def test_a_sheet_of_claims(read, write, was, becomes, message):
    def change(xml):
        assert was in xml
        return xml.replace(was, becomes)

    with pytest.raises(BadInput, match=f"claim.*{message}"):
        read(write(changed(workbook(), SHEET, change), "claim.xlsx"))


def test_a_false_dimension_is_not_believed(read, write):
    def change(xml):
        assert b'<dimension ref="A1:B2"' in xml
        return xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')

    assert read(write(changed(workbook(), SHEET, change), "r.xlsx")).read == 1


def test_too_many_columns(read):
    with pytest.raises(BadInput, match="2000 columns"):
        read("reported_at" + ",x" * 5000 + "\n2026-05-01\n")
    objects = [{"reported_at": "2026-05-01", f"k{i}": 1} for i in range(5000)]
    with pytest.raises(BadInput, match="2000 columns"):
        read(json.dumps(objects), "r.json")


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"b":'])
def test_deep_json(read, opening):
    with pytest.raises(BadInput, match="nested deeper"):
        read(opening * 200_000, "deep.json")


# ---- entities ----------------------------------------

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize("member", [SHEET, "[Content_Types].xml", "xl/workbook.xml"])
def test_entities(read, write, member):
    def change(xml):
        head, _, rest = xml.partition(b"?>") if xml.startswith(b"<?xml") else (b"", b"", xml)
        return head + (b"?>" if head else b"") + LAUGHS.encode() + rest

    with pytest.raises(BadInput, match="document type"):
        read(write(changed(workbook(), member, change), "r.xlsx"))


def test_entities_hidden_by_an_encoding_or_a_long_comment(read, write):
    def wide(xml):
        text = xml.decode().partition("?>")[2] if xml.startswith(b"<?xml") else xml.decode()
        return ('<?xml version="1.0" encoding="UTF-16"?>' + LAUGHS + text).encode("utf-16")

    def late(xml):
        body = xml.partition(b"?>")[2] if xml.startswith(b"<?xml") else xml
        return b"<!--" + b"x" * 100_000 + b"-->" + LAUGHS.encode() + body

    for change in (wide, late):
        with pytest.raises(BadInput, match="document type"):
            read(write(changed(workbook(), SHEET, change), "r.xlsx"))


# ---- VRT and virtual file systems ----------------------------------------


# ---- GDAL ----------------------------------------
