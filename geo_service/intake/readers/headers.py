"""The header: which of a file's first rows names the columns, below titles and comments."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Final

from geo_service.intake.options import IntakeWarning

FIRST_ROWS: Final = 40
"""Among so many rows that hold something the header is looked for."""

_BESIDE_HAN: Final = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


def plain_name(name: str) -> str:
    r"""Return a header as fields are written: no case, no blanks between Han characters.

    >>> plain_name(" Reported At"), plain_name("上报\n时间")
    ('reported_at', '上报时间')
    """
    text = unicodedata.normalize("NFKC", name).replace("-", " ").replace("_", " ").lower()
    return "_".join(_BESIDE_HAN.sub("", " ".join(text.split())).split())


def known_in(row: Sequence[str], known: Collection[str]) -> int:
    """Return how many of the plain names in `known` a row has."""
    return len({plain_name(cell) for cell in row} & set(known))


def find_header(rows: Sequence[Sequence[str]], known: Collection[str]) -> int:
    r"""Return which of the first rows is the header: the one that has most of the names `known`.

    Where none has two of them, the first that is neither a comment nor a single cell above a table.

    >>> find_header([["六月", "台账"], ["编号", "上报\n时间"], ["1", "1日"]], {"编号", "上报时间"})
    1
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    usual = 0
    for place, row in enumerate(rows):
        alone = filled[place] == 1 and max(filled) > 1
        if not alone and not (row and row[0].lstrip().startswith(("#", "//"))):
            usual = place
            break
    found = [known_in(row, known) for row in rows]
    most = max(found)
    return found.index(most) if most > max(found[usual], 1) else usual


def header_told(line: int, above: int) -> list[IntakeWarning]:
    """Return what is said of a header on `line` that has `above` rows above it."""
    return [IntakeWarning("intake.header_found", above, str(line))] if above else []
