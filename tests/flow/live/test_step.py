"""A report that comes now is linked as the next refresh links it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geo_service import flow
from tests.flow.live.sending import SENT, check, histories, in_time_order, what_is_linked
from tests.link.reference import DAY, Row
from tests.link.test_rule import X0, Y0


# A history that fails is small already; to shrink it would take minutes.
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(histories(), st.randoms(use_true_random=False))
def test_one_by_one_in_any_order_is_all_at_once(one_file, rows, random):
    rows = in_time_order(rows)
    if random.random() < 0.6:
        random.shuffle(rows)
    check(one_file, rows)


def test_one_by_one_is_all_at_once_on_either_database(store):
    rng = np.random.default_rng(3)
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    rows = []
    for k in range(60):
        at = start + int(rng.integers(0, 400)) * DAY + k
        closed = at + int(rng.integers(1, 60)) * DAY if rng.random() < 0.7 else None
        rows.append(
            Row(
                id=str(k),
                at=at,
                closed_at=closed,
                x=X0 + float(rng.integers(0, 30)) * 10,
                y=Y0,
                category="A" if rng.random() < 0.8 else "B",
            )
        )
    check(store, in_time_order(rows))
    in_order = what_is_linked(store)
    check(store, [rows[k] for k in rng.permutation(60)])
    assert what_is_linked(store) == in_order
    flow.refresh(store, now=SENT + timedelta(days=1))
    assert what_is_linked(store) == in_order
