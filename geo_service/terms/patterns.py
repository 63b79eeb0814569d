"""How an area's series behaves: the 17 published classes, and the five words people read."""

from __future__ import annotations

from typing import NamedTuple


class Pattern(NamedTuple):
    """A class of emerging hot spots.

    Parameters
    ----------
    name
        As it is published; rows and exports hold it.
    word
        ``new lasting growing easing occasional``, or empty: nothing that a supervisor would act on.
    """

    name: str
    word: str


PATTERNS: tuple[Pattern, ...] = (
    Pattern("no pattern", ""),
    Pattern("new hotspot", "new"),
    Pattern("consecutive hotspot", "new"),
    Pattern("intensifying hotspot", "growing"),
    Pattern("persistent hotspot", "lasting"),
    Pattern("diminishing hotspot", "easing"),
    Pattern("sporadic hotspot", "occasional"),
    Pattern("oscillating hotspot", "occasional"),
    Pattern("historical hotspot", "easing"),
    Pattern("new coldspot", "easing"),
    Pattern("consecutive coldspot", "easing"),
    Pattern("intensifying coldspot", ""),
    Pattern("persistent coldspot", ""),
    Pattern("diminishing coldspot", ""),
    Pattern("sporadic coldspot", ""),
    Pattern("oscillating coldspot", "easing"),
    Pattern("historical coldspot", ""),
)
"""By number; 1–8 are hot and 9–16 the same eight of cold spots."""
