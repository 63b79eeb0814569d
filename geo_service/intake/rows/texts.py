"""Texts made fit to keep: no control characters, no hidden marks, no more than is sensible."""

from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo_service.intake.options import IntakeWarning
from geo_service.intake.readers.raw import arrow, series

LIMITS: Final = {"description": 4000}
LIMIT: Final = 500

_CONTROL: Final = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}"
    r"\x{2060}-\x{2069}\x{feff}]"
)
_BLANKS: Final = r"[ \t]*[\t\r\n][\s]*"
_SPREADSHEET: Final = r"^(\d+)\.0+$"
_PROTECTED: Final = r"^'([=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])"


def clean(name: str, column: pd.Series, warnings: list[IntakeWarning]) -> pd.Series:
    r"""Return stripped text of field `name` cleaned; what is cut is told to `warnings`.

    >>> clean("address", pd.Series(["a\x07b\n c"], dtype="str"), []).tolist()
    ['ab c']
    """
    text = arrow(column)
    if _any(text, rf"{_CONTROL}|[\t\r\n]|{_PROTECTED}"):
        text = pc.replace_substring_regex(text, _CONTROL, "")
        if name != "description":
            text = pc.replace_substring_regex(text, _BLANKS, " ")
        # What an export guarded against being run as a formula comes back as it was.
        text = pc.replace_substring_regex(text, _PROTECTED, r"\1")
        text = pc.utf8_trim_whitespace(text)
        text = pc.if_else(pc.equal(text, ""), None, text)
    limit = LIMITS.get(name, LIMIT)
    long = pc.greater(pc.utf8_length(text), limit)
    if pc.any(long).as_py():
        cut = text.filter(long)
        example = f"{name}: {cut[0].as_py()[:40]}..."
        warnings.append(IntakeWarning("intake.text_cut", len(cut), example))
        text = pc.utf8_slice_codeunits(text, 0, limit)
    return series(text).set_axis(column.index)


def clean_ids(column: pd.Series, warnings: list[IntakeWarning]) -> pd.Series:
    """Return ids cleaned; a whole number that a spreadsheet wrote as 123.0 is 123."""
    text = arrow(clean("report_id", column, warnings))
    if _any(text, _SPREADSHEET):
        text = pc.replace_substring_regex(text, _SPREADSHEET, r"\1")
    return series(text).set_axis(column.index)


def _any(text: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(text, pattern)).as_py())
