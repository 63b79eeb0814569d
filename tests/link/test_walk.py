"""Random histories with people at work: the compiled rule, its plain twin and the reference."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from geo_service.link import (
    Linking,
    case_table,
    link_rows,
    link_table,
    renewed_rows,
    rows_of,
    spell_table,
)
from geo_service.terms import packaged_categories
from tests.link.drawn import AS_OF, history
from tests.link.plain import uncompiled
from tests.link.sides import EPSG, compare, event_table, linked, report_table

FEW = 40
LINKING = Linking(packaged_categories(), EPSG)


def soak(seeds) -> Counter[str]:
    """Compare the histories of some seeds; returns how many reached each line and each kind."""
    reached: Counter[str] = Counter()
    for seed in seeds:
        rows, events = history(seed)
        reached.update(compare(rows, events, as_of=AS_OF).counts.keys())
        if seed % 2:
            with_late_rows(rows, events, seed)
    return reached


def with_late_rows(rows, events, seed):
    """Assert that rows which come after all else was linked give what all at once gives."""
    late = random.Random(seed).sample(rows, 6)
    named = {one for e in events for one in (e.case, e.target, *e.reports)}
    told, log = report_table(rows), event_table(events)
    early = ~told["report_id"].isin([row.id for row in late])
    first, words = rows_of(told[early])
    # what people said of a report is laid over what its source says of it, anew each time
    came, words = rows_of(told[~early | told["report_id"].isin(named)], words)
    both = renewed_rows(link_rows(first, words, log, LINKING, AS_OF).rows, came)
    memory = link_rows(both, words, log, LINKING, AS_OF)
    expected = linked(rows, events, as_of=AS_OF)
    pd.testing.assert_frame_equal(case_table(memory), expected.cases)
    pd.testing.assert_frame_equal(spell_table(memory), expected.spells)
    pd.testing.assert_frame_equal(link_table(memory, np.arange(len(rows))), expected.links)


def test_the_rule_says_what_a_plain_walk_says_whatever_people_did():
    reached = soak(range(FEW))
    print(dict(reached))
    for what in ("line 1", "line 2", "line 3", "line 4", "line 5", "failed", "merged", "split"):
        assert reached[what] >= 3, what
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
