"""One catalogue of sentences for command line, web and documents, Chinese and English.

Each ``<subject>.toml`` beside this file holds ``[key]`` tables with ``zh`` and ``en``; the full
key is ``subject.key``. Values are filled in by :meth:`str.format`.

>>> say("errors.no_such_area", "en", area_id="A1")
'There is no area A1.'
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@cache
def _subject(name: str) -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name(f"{name}.toml")
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def phrase(key: str, language: str) -> str:
    """Return the unfilled sentence `key` in `language`.

    Raises
    ------
    KeyError
        If the catalogue lacks it: a mistake in the program, not of the user.
    """
    subject, _, name = key.partition(".")
    return _subject(subject)[name]["zh" if language.startswith("zh") else "en"]


def say(key: str, language: str, **values: object) -> str:
    """Return the sentence `key` in `language` filled with `values`, roles and the like by name."""
    named = {key: _named(key, value, language) for key, value in values.items()}
    return phrase(key, language).format(**named)


def _named(kind: str, value: object, language: str) -> object:
    """Return what people call a role, a field, a state or an event; others as they are."""
    known = {
        "role": ("auth", f"role_{value}"),
        "field": ("fields", value),
        "state": ("casework", f"state_{value}"),
        "kind": ("moves", f"kind_{value}"),
        "fault": ("intake", value),
        "group": ("report", f"group_{value}"),
    }
    subject, name = known.get(kind, ("", ""))
    return phrase(f"{subject}.{name}", language) if name in _subject(subject) else value


def subject_phrases(subject: str, language: str) -> dict[str, str]:
    """Return all sentences of one subject, keyed without the subject."""
    return {key: phrase(f"{subject}.{key}", language) for key in _subject(subject)}
