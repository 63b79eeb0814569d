"""`docs/where.md` names files that exist, and words that stand in them."""

from __future__ import annotations

import re

import pytest

from tests.conftest import PROJECT

TEXT = (PROJECT / "docs" / "where.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and "`" in line
]
ASKED = (
    *("assign", "sign-in delay", "neighbours", "time zone", "import", "late closing", "link rule"),
    *("colour", "deadline", "phrase", "role", "column of an export", "new address", "layer"),
    *("benchmark", "coverage", "rebound rate", "hot", "password", "setting", "command", "tile"),
)


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_there_are_enough_rows_and_none_twice():
    assert len(ROWS) >= 30
    words = [row[0] for row in ROWS]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("word", ASKED)
def test_a_stranger_s_word_is_found(word):
    assert any(word in row[0] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_files_exist_and_hold_the_words(row):
    _, chinese, files, words = row
    assert chinese
    texts = [(PROJECT / file).read_text("utf-8") for file in quoted(files)]
    assert texts
    missing = [word for word in quoted(words) if not any(word in text for text in texts)]
    assert not missing
