"""States and spells of what linking made."""

from __future__ import annotations

import numpy as np
import pytest

from geo_service.link import CASE, NEVER, records, state_at
from geo_service.link.memory import STATES
from geo_service.terms.words import STATES as WORDS
from tests.link.reference import DAY


def case(**facts):
    made = records(CASE, 1)
    for name in ("fixed", "verified", "cancelled", "confirmed"):
        made[name] = NEVER
    made.window = 30 * DAY
    for name, value in facts.items():
        made[name] = value
    return made[0]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "open"),
        ({"last": -21 * DAY}, "lapsed"),  # nothing was heard of it for longer than D
        ({"last": -21 * DAY, "hand": True, "stage": 1}, "dispatched"),  # in hand it never lapses
        ({"stage": 4}, "failed"),
        ({"fixed": 2 * DAY}, "fixed"),
        ({"fixed": 2 * DAY, "verified": 3 * DAY}, "verified"),
        ({"fixed": 2 * DAY, "verified": 3 * DAY, "cancelled": 4 * DAY}, "cancelled"),
        ({"cancelled": 10 * DAY}, "open"),  # from the as-of moment on nothing is known
        ({"given_up": True}, "lapsed"),
    ],
)
def test_a_state_is_told_by_what_stands(facts, expected):
    assert state_at(case(**facts), 10 * DAY) == expected


def test_the_states_are_those_of_the_words():
    assert set(STATES) == set(WORDS)
    assert np.unique(STATES).size == len(STATES)
