"""A digest is that of the rows alone."""

from datetime import UTC, datetime

import pandas as pd

NOW = datetime(2026, 6, 28, tzinfo=UTC)


def test_a_digest_is_that_of_the_rows_alone(store):
    first = store.changes.digest("crews", "kinds")
    store.accounts.add("sun", "viewer", "hash", None, NOW)
    assert store.changes.digest("crews", "kinds") == first
    store.crews.upsert(pd.DataFrame({"crew_id": ["C1"], "name": ["一班"]}))
    second = store.changes.digest("crews", "kinds")
    store.crews.upsert(pd.DataFrame({"crew_id": ["C1"], "name": ["二班"]}))
    assert len({first, second, store.changes.digest("crews", "kinds")}) == 3
