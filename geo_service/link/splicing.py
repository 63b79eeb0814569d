"""Cases that stay and cases that were solved anew, put together in the order of their openings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo_service.link.rows import Codes, Flags
from geo_service.link.rule import RuleOutput
from geo_service.link.standing import Cases, Small

Ints = NDArray[np.int64]


def moved(was: Ints, count: int) -> Ints:
    """Return where each of `count` earlier rows is now; the inverse of `was`."""
    now = np.full(count, -1, dtype=np.int64)
    known = np.flatnonzero(was >= 0)
    now[was[known]] = known
    return now


def spliced(
    before: Cases,
    case: Codes,
    link: Small,
    was: Ints,
    stays: Flags,
    made: RuleOutput,
    members: Ints,
) -> tuple[Cases, Codes, Small]:
    """Return the cases, and case and link of each row.

    Parameters
    ----------
    before, case, link
        The cases before, and each earlier row's case and link.
    was
        Where each row was before, -1 where it was not; shape (n,).
    stays
        Whether its case stands as it was; no case has rows that stay and rows that do not.
    made, members
        What the rule made of the others.
    """
    opening = moved(was, len(case))[before.opening]
    kept = np.flatnonzero((opening >= 0) & stays[opening])
    number = np.full(len(opening) + 1, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    anew = Cases.of(made, members)
    order = np.argsort(np.concatenate([opening[kept], anew.opening]), kind="stable")
    place = np.full(len(order) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))

    old = before.take(kept)._replace(
        opening=opening[kept].astype(np.int32),
        parent=number[before.parent[kept]].astype(np.int32),
        first=number[before.first[kept]].astype(np.int32),
    )
    shift = np.int32(len(kept))
    anew = anew._replace(
        parent=np.where(anew.parent >= 0, anew.parent + shift, -1).astype(np.int32),
        first=anew.first + shift,
    )
    both = Cases._make(
        np.concatenate([left, right])[order] for left, right in zip(old, anew, strict=True)
    )
    cases = both._replace(
        parent=place[both.parent].astype(np.int32), first=place[both.first].astype(np.int32)
    )

    its = np.full(len(was), -1, dtype=np.int64)
    code = np.full(len(was), -1, dtype=np.int8)
    its[stays] = number[case[was[stays]]]
    code[stays] = link[was[stays]]
    its[members] = np.where(made.case >= 0, made.case + len(kept), -1)
    code[members] = made.link
    return cases, place[its].astype(np.int32), code
