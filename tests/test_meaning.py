"""What figures mean is told in two languages, alike, with numbers that benchmarks gave."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from geo_service.terms import FRAMES
from tests.conftest import PROJECT

ENGLISH, CHINESE = "meaning.md", "meaning.zh.md"
LEADS = {
    ENGLISH: ["In words.", "In formulas.", "What it does not say."],
    CHINESE: ["通俗地说。", "公式。", "不能说明什么。"],
}
PROMISED = {"0.05", "0.5", "0.8", "0.95", "0.99", "1.5"}
"""Levels and examples: not measured."""


def told(name: str) -> list[tuple[str, str]]:
    """Return heading and text of each section."""
    text = (PROJECT / "docs/explanation" / name).read_text("utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def codes(text: str) -> set[str]:
    return set(re.findall(r"`([a-z0-9_]+)`", text))


def numbers(text: str) -> Counter[str]:
    """Return the numbers of what is not a formula."""
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
    return Counter(
        re.findall(
            r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)", re.sub("`[^`]*`", "", prose), re.ASCII
        )
    )


def test_both_languages_tell_the_same_figures_with_the_same_numbers():
    english, chinese = told(ENGLISH), told(CHINESE)
    assert len(english) == len(chinese) >= 13
    for (head, text), (head_zh, text_zh) in zip(english, chinese, strict=True):
        assert codes(head) == codes(head_zh)
        assert codes(text) == codes(text_zh), head
        assert numbers(text) == numbers(text_zh), head


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_each_figure_is_told_in_words_and_formulas_with_what_it_does_not_say(name):
    *figures, last = told(name)
    for head, text in figures:
        leads = re.findall(r"^\*\*(.+?)\*\*", text, re.MULTILINE)
        assert [lead for lead in leads if lead in LEADS[name]] == LEADS[name], head
    assert len(re.findall(r"^- \*\*", last[1], re.MULTILINE)) == 5


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_error_rates_are_those_of_the_benchmarks(name):
    measured = (PROJECT / "benchmarks/README.md").read_text("utf-8")
    quoted = {one for _, text in told(name) for one in numbers(text) if "." in one}
    assert len(quoted - PROMISED) > 12
    missing = {
        one for one in quoted - PROMISED if not re.search(rf"\b{re.escape(one)}\b", measured)
    }
    assert not missing


def test_what_is_named_is_in_the_tables():
    fields = {c.name for name in ("rates", "hotspots") for c in FRAMES[name].columns}
    for name in (ENGLISH, CHINESE):
        named = {code for head, text in told(name) for code in codes(head) | codes(text)}
        assert named <= fields
        assert {"p_rebound_30", "n_eff", "p_worse", "hot", "gi_z", "pattern", "observed"} <= named
