"""Text that a spreadsheet would take for a formula is made harmless."""

import pandas as pd

# Blanks before the sign do not stop a spreadsheet, and the unseen ones least of all.
_FORMULA = r"^[\s\u200b\u2060\ufeff]*(?:[=+\-@＝＋－＠]|[\t\r])"


def spreadsheet_safe(text: pd.Series) -> pd.Series:
    """Return `text` with a leading ``'`` before whatever a spreadsheet might execute.

    That is a cell that begins, after blanks, with ``= + - @``, their full-width forms, a tab or
    a carriage return. Numbers are not text: do not pass them.

    >>> spreadsheet_safe(pd.Series(["=1+1", " ＝cmd()", "a=b", "-5"])).tolist()
    ["'=1+1", "' ＝cmd()", 'a=b', "'-5"]
    """
    dangerous = text.str.match(_FORMULA).fillna(False).astype(bool)
    return text.mask(dangerous, "'" + text)
