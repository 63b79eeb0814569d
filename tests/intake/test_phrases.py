"""Every sentence intake says is in the catalogue, and none there is left unsaid."""

from __future__ import annotations

import re
from pathlib import Path

import geo_service.intake
from geo_service.terms import LANGUAGES
from geo_service.terms.phrases import subject_phrases

SOURCE = "\n".join(
    path.read_text("utf-8") for path in Path(geo_service.intake.__file__).parent.rglob("*.py")
)


def test_keys_and_sentences_agree():
    words = set(re.findall(r'"(?:intake\.)?([a-z_0-9]+)"', SOURCE))
    said = set(re.findall(r'"intake\.([a-z_]+)"', SOURCE))
    said |= set(re.findall(r'bad_file\(\s*path,\s*"([a-z_]+)"', SOURCE))
    for language in LANGUAGES:
        known = subject_phrases("intake", language)
        assert said <= set(known)
        assert set(known) <= words


def test_both_languages_name_the_same_values():
    zh, en = (subject_phrases("intake", language) for language in LANGUAGES)
    for key, text in zh.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", en[key])), key
