"""What the status word of a row means: data of a preset, else of ``terms/status_words.toml``."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MEANINGS: Final = ("duplicate", "cancelled", "open", "fixed", "verified")
UNKNOWN: Final = "unknown"
"""What a word means that nobody mapped."""

Words = Mapping[str, Sequence[str]]


def meaning_of(status: str, words: Words) -> str:
    """Return what a status word means, one of MEANINGS or UNKNOWN.

    Parameters
    ----------
    words
        By meaning: words and, with ``*``, how they begin, end or what they contain; they go
        before the packaged ones.

    >>> meaning_of("Duplicate (Closed)", {}), meaning_of("CANC", {}), meaning_of("Zu", {})
    ('duplicate', 'cancelled', 'unknown')
    >>> meaning_of("Zu", {"verified": ["z*"]})
    'verified'
    """
    plain = _plain(status)
    for told in (words, status_words()):
        for starred in (False, True):
            for meaning in MEANINGS:
                for word in told.get(meaning, ()):
                    if ("*" in word) is starred and _like(word, plain):
                        return meaning
    return UNKNOWN


def meanings_of(status: pd.Series, words: Words) -> NDArray[np.object_]:
    """Return what each row's status word means, None where it says nothing; shape (n,)."""
    code, distinct = pd.factorize(status)
    meaning = [meaning_of(str(word), words) for word in distinct]
    return np.array([*meaning, None], dtype=object)[code]


def is_like(text: pd.Series, words: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which texts are one of `words`, stars as in :func:`meaning_of`; shape (n,)."""
    code, distinct = pd.factorize(text)
    like = [any(_like(word, _plain(str(one))) for word in words) for one in distinct]
    return np.array([*like, False])[code]


def _like(word: str, plain: str) -> bool:
    pattern = ".*".join(map(re.escape, _plain(word).split("*")))
    return re.fullmatch(pattern, plain, re.DOTALL) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


@cache
def status_words() -> Words:
    """Return the packaged words by meaning, with their stars."""
    told = files("geo_service.terms").joinpath("status_words.toml").read_text("utf-8")
    return tomllib.loads(told)
