"""Telephones and identity numbers in what people wrote are masked, the same way everywhere.

A mobile keeps its first three and last four figures, a landline its area code and last four, an
identity number its first six and last four. Figures may be full-width; blanks, hyphens and brackets
may stand between, +86 before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

FREE_TEXT: Final = ("address", "area_name", "description", "note", "reason")
"""Columns in which people write what they like; ids and coordinates are none of them."""

_D = "[0-9０-９]"
_GAPS = " \u00a0\u3000‐‑‒–—−－"
_GAP = f"[{_GAPS}-]{{0,2}}"
_COUNTRY = rf"(?:[+＋]|00)?[8８][6６]{_GAP}"
_MOBILE = f"[1１]{_GAP}[3-9３-９]{_GAP}{_D}"
_NUMBERS: Final = re.compile(
    # no part of a longer number, and no decimals
    rf"(?<!{_D})(?<!{_D}[.．])(?:"
    rf"({_D}{{6}}){_GAP}{_D}{{8}}{_GAP}({_D}{{3}}[0-9０-９XxＸｘ])"
    rf"|((?:{_COUNTRY})?{_MOBILE})(?:{_GAP}{_D}){{4}}{_GAP}({_D}(?:{_GAP}{_D}){{3}})"
    rf"|((?:{_COUNTRY}|[0０])[1-9１-９]{_D}{{1,2}}[)）]?){_GAP}{_D}{{3,4}}{_GAP}({_D}{{4}})"
    rf")(?!{_D})"
)
_LIKELY: Final = f"(?:{_D}[{_GAPS})）-]{{0,3}}){{9}}{_D}"
"""What every such number has, told by a faster engine: most texts hold none."""


def masked(text: str) -> str:
    """Return `text` with its telephones and identity numbers masked.

    >>> masked("找王女士 138 0000-1234，身份证620102199001011234，座机(0931)2345678")
    '找王女士 138****1234，身份证620102********1234，座机(0931)****5678'
    """
    return _NUMBERS.sub(_stars, text)


def masked_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with its columns of `FREE_TEXT` masked."""
    hidden = {}
    for name in FREE_TEXT:
        if name in table and (found := _likely(table[name])).any():
            hidden[name] = table[name].mask(found, table[name][found].map(masked))
    return table.assign(**hidden) if hidden else table


def masked_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row, values by name, with those of `FREE_TEXT` masked."""
    free = {name: masked(row[name]) for name in FREE_TEXT if isinstance(row.get(name), str)}
    return dict(row) | free


def _likely(texts: pd.Series) -> pd.Series:
    return texts.astype("str").str.contains(_LIKELY).fillna(False).astype(bool)


def _stars(found: re.Match[str]) -> str:
    start, end, *phone = found.groups()
    if start:
        return f"{start}********{end}"
    start, end = phone[:2] if phone[0] else phone[2:]
    return f"{start}****{end}"
