"""Files that cannot be used say so by name, never by a traceback."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from geo_service.intake import ImportOptions, read_reports
from geo_service.intake.readers import files
from geo_service.terms import BadInput
from tests.intake.conftest import NOW


def reading(path):
    return read_reports(path, ImportOptions(), now=NOW)


def test_missing(tmp_path):
    with pytest.raises(BadInput, match=r"no file nothing\.csv"):
        reading(tmp_path / "nothing.csv")


def test_folder(tmp_path):
    with pytest.raises(BadInput, match="not a plain file"):
        reading(tmp_path)


@pytest.mark.parametrize("content", ["", "  \n\n", b"\xfe\xff", "\ufeff"])
def test_empty(write, content):
    with pytest.raises(BadInput, match=r"reports\.csv is empty"):
        reading(write(content))


def test_truncated_gzip(write):
    path = write("reported_at\n" + "2026-05-01\n" * 999, "r.csv.gz")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(BadInput, match="damaged or truncated gzip"):
        reading(path)


def test_gzip_that_unpacks_to_too_much(write, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    with pytest.raises(BadInput, match="holds more than"):
        reading(write("reported_at\n" + "2026-05-01\n" * 999, "r.csv.gz"))


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://example.org/a.csv", "/vsizip/a.zip/b", "vsimem/x.csv", "a.vrt"]
)
def test_gdal_paths(path):
    with pytest.raises(BadInput, match="not accepted"):
        reading(Path(path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 50, "old Excel"),
        (b"%PDF-1.7 ...", "is not csv"),
        (gzip.compress(b"%PDF-1.7 ..."), "is not csv"),
    ],
    # a gzip file says when it was made: it must not name a test
    ids=["old Excel", "PDF", "PDF within gzip"],
)
def test_foreign(write, content, message):
    with pytest.raises(BadInput, match=message):
        reading(write(content, "r.csv"))


def test_errors_speak_chinese(tmp_path):
    with pytest.raises(BadInput) as caught:
        reading(tmp_path / "没有.csv")
    assert caught.value.say("zh") == "没有文件 没有.csv。"
