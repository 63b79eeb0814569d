"""The state of the district in a few counts."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from geo_service.link.memory import Memory
from geo_service.link.rule_arrays import REBOUND
from geo_service.link.standing import CANCELLED, FIXED, LAPSED, OPEN, VERIFIED

_WEEK = timedelta(days=7) // timedelta(microseconds=1)


def state_of(memory: Memory) -> dict[str, int]:
    """Return the counts that stand above every page, of the reports known and their cases."""
    rows, cases, state, known = memory.rows, memory.cases, memory.state, memory.known
    counts = np.bincount(state, minlength=OPEN + 1)
    returned = (cases.case_link == REBOUND) & (state != CANCELLED)
    returned &= rows.reported[cases.opening] >= memory.end - _WEEK
    closed = (state != CANCELLED) & (cases.verified < memory.end)
    return {
        "reports": int(known.sum()),
        "unlocated": int((rows.area[known] < 0).sum()),
        "without_point": int(rows.pointless[known].sum()),
        "cases": len(state),
        "open": int(counts[OPEN] + counts[FIXED]),
        "verified": int(counts[VERIFIED]),
        "lapsed": int(counts[LAPSED]),
        "cancelled": int(counts[CANCELLED]),
        "unverified": int((cases.unverified & closed).sum()),
        "returned_7": int(returned.sum()),
        "sites": len(np.unique(cases.first)),
    }
