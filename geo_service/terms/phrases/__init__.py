"""One catalogue of sentences for command line, web and documents, Chinese and English.

Each ``<subject>.toml`` beside this file holds ``[key]`` tables with ``zh`` and ``en``; the full
key is ``subject.key``. Values are filled in by :meth:`str.format`.

>>> say("errors.no_such_area", "en", area_id="A1")
'There is no area A1.'
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("zh", "en")


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    phrases: dict[str, dict[str, str]] = {}
    for path in sorted(files(__package__).iterdir(), key=lambda p: p.name):
        if path.name.endswith(".toml"):
            subject = path.name.removesuffix(".toml")
            for key, texts in tomllib.loads(path.read_text("utf-8")).items():
                phrases[f"{subject}.{key}"] = texts
    return phrases


def phrase(key: str, language: str) -> str:
    """Return the unfilled sentence `key` in `language`.

    Raises
    ------
    KeyError
        If the catalogue lacks it: a mistake in the program, not of the user.
    """
    return _catalogue()[key]["zh" if language.startswith("zh") else "en"]


def say(key: str, language: str, **values: object) -> str:
    """Return the sentence `key` in `language` with `values` filled in."""
    return phrase(key, language).format(**values)


def subject_phrases(subject: str, language: str) -> dict[str, str]:
    """Return all sentences of one subject, keyed without the subject."""
    head = subject + "."
    return {
        key.removeprefix(head): phrase(key, language)
        for key in _catalogue()
        if key.startswith(head)
    }
