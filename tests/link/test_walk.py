"""Random histories with people at work: the compiled rule, its plain twin and the reference."""

from __future__ import annotations

import random
from collections import Counter

import pandas as pd
import pytest

from tests.link.drawn import AS_OF, history
from tests.link.plain import uncompiled
from tests.link.sides import compare, linked

FEW = 60


def soak(seeds) -> Counter[str]:
    """Compare the histories of some seeds; returns how many reached each line and each kind."""
    reached: Counter[str] = Counter()
    for seed in seeds:
        reached.update(compare(*history(seed), as_of=AS_OF).counts.keys())
    return reached


def test_the_rule_says_what_a_plain_walk_says_whatever_people_did():
    reached = soak(range(FEW))
    print(dict(reached))
    for what in ("line 1", "line 2", "line 3", "line 4", "line 5", "failed", "merged", "split"):
        assert reached[what] >= 5, what
    assert reached["reinstated"]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_arrival_changes_nothing(seed):
    rows, events = history(seed)
    first = linked(rows, events, as_of=AS_OF)
    random.Random(seed).shuffle(rows)
    random.Random(seed).shuffle(events)
    for one, other in zip(first, linked(rows, events, as_of=AS_OF), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_the_compiled_rule_equals_the_plain_one(monkeypatch):
    histories = [history(seed) for seed in range(100, 115)]
    compiled = [linked(*one, as_of=AS_OF) for one in histories]
    uncompiled(monkeypatch)
    for one, made in zip(histories, compiled, strict=True):
        for mine, its in zip(linked(*one, as_of=AS_OF), made, strict=True):
            pd.testing.assert_frame_equal(mine, its)
