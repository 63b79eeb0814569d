"""Initials of Chinese names, by which people at a keyboard find them."""

from functools import lru_cache


@lru_cache(maxsize=100_000)
def initials(text: str) -> str:
    """Return the first letter of each character's reading; other letters as they are, small.

    >>> initials("西湖后街A3")
    'xhhja3'
    """
    # its table of readings takes a moment to load: not before somebody enters a call
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).casefold()
