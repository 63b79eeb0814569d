"""What is handed in, and the beginning of what is long."""

import gzip

import pytest

from geo_service.web.base import uploads

ROW = "上海,2026-06-01 09:00,D01\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_beginning_ends_with_a_line(tmp_path, monkeypatch, encoding, packed):
    monkeypatch.setattr(uploads, "_LOOKED", 4_000)
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    data = (mark + ROW * 1_000).encode(encoding)
    path = tmp_path / ("a.csv.gz" if packed else "a.csv")
    path.write_bytes(gzip.compress(data) if packed else data)
    text = uploads.head(path).read_bytes().decode(encoding).removeprefix("\ufeff")
    assert 40 < text.count("\n") < 1_000
    assert text == ROW * text.count("\n")


def test_of_very_long_rows_more_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "_LOOKED", 1_000)
    wide = ",".join(f"c{n}" for n in range(100)) + "\n"
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress((wide * 100).encode()))
    text = uploads.head(path).read_text()
    assert 20 < text.count("\n") < 100
    assert text == wide * text.count("\n")


def test_a_line_without_end_is_given_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "_LOOKED", 10)
    path = tmp_path / "a.csv"
    path.write_text("x" * 1_000)
    assert set(uploads.head(path).read_text()) == {"x"}


def test_what_is_short_or_no_table_of_rows_is_looked_at_whole(tmp_path):
    for name in ("a.csv", "a.xlsx", "a.zip"):
        path = tmp_path / name
        path.write_text("a,b\n1,2\n")
        assert uploads.head(path) == path
    broken = tmp_path / "b.csv.gz"
    broken.write_bytes(b"no gzip")
    assert uploads.head(broken) == broken
