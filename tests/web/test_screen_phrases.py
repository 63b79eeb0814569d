"""What scripts and templates say is in the catalogue, in both languages, and nothing more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo_service.terms.phrases import subject_phrases

PROJECT = Path(__file__).parents[2]
SCRIPTS = sorted((PROJECT / "geo_service/web/static/js").rglob("*.js"))
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
# Keys that scripts put together from a value: say(`pattern_${…}`).
BUILT = r"say\(`(\w+_)\$\{"


def _keys(paths: list[Path], pattern: str) -> set[str]:
    return {key for path in paths for key in re.findall(pattern, path.read_text("utf-8"))}


def test_every_phrase_a_script_says_is_known() -> None:
    said = _keys(SCRIPTS, r'say\("(\w+)"') | _keys(SCRIPTS, r"say\([^`\"()]*\? \"(\w+)\"")
    assert said, "the pattern finds something"
    assert said <= subject_phrases("screen", "zh").keys()


def test_every_built_key_has_its_phrases() -> None:
    known = subject_phrases("screen", "zh")
    for stem in _keys(SCRIPTS, BUILT):
        assert any(key.startswith(stem) for key in known), stem


def test_no_phrase_of_the_scripts_is_dead() -> None:
    words = _keys(SCRIPTS, r'"(\w+)"')
    stems = tuple(_keys(SCRIPTS, BUILT))
    dead = {
        key
        for key in subject_phrases("screen", "zh")
        if key not in words and not key.startswith(stems)
    }
    assert not dead


def test_every_phrase_a_template_says_is_known() -> None:
    said = {key for key in _keys(TEMPLATES, r"""\bt\(["']([\w.]+)["'][,)]""") if "." not in key}
    assert "skip" in said
    assert said <= subject_phrases("web", "zh").keys()


@pytest.mark.parametrize("subject", ["web", "screen"])
def test_both_languages_fill_in_the_same_values(subject: str) -> None:
    chinese, english = subject_phrases(subject, "zh"), subject_phrases(subject, "en")
    for key, phrase in chinese.items():
        assert set(re.findall(r"\{\w+\}", phrase)) == set(re.findall(r"\{\w+\}", english[key])), key


def test_scripts_never_write_markup() -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\("
    for path in SCRIPTS:
        found = re.search(forbidden, path.read_text("utf-8"))
        assert found is None, f"{path.name}: {found and found.group()}"


def test_scripts_touch_no_private_member_of_a_library() -> None:
    for path in SCRIPTS:
        assert re.findall(r"\.\s*_\w+", path.read_text("utf-8")) == [], path.name


def test_templates_have_nothing_inline() -> None:
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path.name
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), path.name
        assert not re.search(r"(?:href|src)=[\"'](?:https?:)?//", text), path.name
