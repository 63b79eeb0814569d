"""Encodings: found, told, and told wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_service.intake.readers.charset import encoding_of, to_utf8
from geo_service.terms import BadInput

TEXT = "编号,名称\n1,背街一巷\n"
PATH = Path("a.csv")


@pytest.mark.parametrize(
    "name", ["gbk", "GB2312", "gb18030", "utf8", "UTF-8-SIG", "utf_16", "big5"]
)
def test_what_is_told_is_taken(name):
    text = TEXT if name != "big5" else "編號,名稱\n"
    assert to_utf8(PATH, text.encode(name), name) == (text.encode(), [])


def test_what_is_told_goes_before_what_is_found():
    # valid in GB 18030 as well, where it says something else
    data = "é\n".encode("cp1252") * 2
    assert to_utf8(PATH, data, "cp1252")[0] == "é\né\n".encode()
    assert to_utf8(PATH, data, "latin1")[0] == "é\né\n".encode()


def test_another_encoding_than_the_file_is_in_is_refused_with_the_one_found():
    with pytest.raises(BadInput, match="gb18030"):
        to_utf8(PATH, TEXT.encode("gb18030"), "utf-8")
    with pytest.raises(BadInput, match="utf-8"):
        to_utf8(PATH, TEXT.encode(), "ascii")


def test_a_little_damage_is_read_and_told():
    data = (TEXT * 9).encode("gb18030") + b"\xff\n"
    read, (warning,) = to_utf8(PATH, data, "gbk")
    assert read.startswith(TEXT.encode())
    assert (warning.key, warning.count) == ("intake.encoding_damaged", 1)


def test_names_that_are_no_encoding():
    for name in ("klingon", "base64", "", "\0"):
        with pytest.raises(BadInput, match="no encoding"):
            encoding_of(name)
