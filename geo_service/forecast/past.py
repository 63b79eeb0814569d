"""What is known of cases and their sites, as arrays: a ranking and a site's risk rest on them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_service.measure import Flags, Floats, Ints

DAY_US = 86_400_000_000
Narrow = NDArray[np.float32]
NEVER = 9_223_372_036_854_775_807
"""A time that has not come, microseconds."""


class Past(NamedTuple):
    """Cases that stand, in the order of their openings; shape (n,) each.

    Parameters
    ----------
    pair, whole
        Numbers of a case's area × category pair, and of its area's pair with all categories; -1
        where its area is unknown.
    category, site
        Numbers.
    earlier
        How many cases its site had before.
    rebound
        Whether it is a rebound.
    x, y
        Metres.
    opened, closed, back
        When its opening, its closing and its site's next case were known, microseconds; ``NEVER``
        where they are not.
    until
        When it ceased to be an open case: closed, lapsed or followed by another.
    due
        Its deadline, ``NEVER`` without.
    """

    pair: Ints
    whole: Ints
    category: Ints
    site: Ints
    earlier: Ints
    rebound: Flags
    x: Floats
    y: Floats
    opened: Ints
    closed: Ints
    back: Ints
    until: Ints
    due: Ints

    def resting(self, since: int, at: int) -> Ints:
        """Return the cases closed between two moments whose sites are not back at the second."""
        closed = (self.closed > since) & (self.closed < at)
        return np.flatnonzero(closed & (self.back >= at))

    def open_at(self, at: int, which: Flags | bool = True) -> Ints:
        """Return the cases that are open at a moment, of those that `which` says."""
        return np.flatnonzero((self.opened < at) & (self.until >= at) & which)

    def counted(self, cases: Ints, weights: Floats | None, pairs: int) -> Floats:
        """Return the sum over some cases of a weight each, or of ones, by pair; shape (pairs,)."""
        place = np.concatenate([self.pair[cases], self.whole[cases]])
        known = place >= 0
        what = np.ones(len(place)) if weights is None else np.tile(weights, 2)
        return np.asarray(np.bincount(place[known], what[known], pairs), dtype=np.float64)
