from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from geo_service.terms import NotFound

NOW = datetime(2026, 6, 29, tzinfo=UTC)


def test_an_import_says_what_became_of_its_rows(store):
    first = store.imports.add("areas", "街巷.zip", None, NOW, {"encoding": "gb18030"})
    second = store.imports.add("reports", "a.xlsx", "wang", NOW + timedelta(hours=1), {})
    assert [one.state for one in store.imports.list()] == ["running", "running"]
    before = pd.DataFrame({"area_id": ["a", "b"], "name": ["旧名", None], "shape": [b"\0\1", None]})
    told = {"reasons": {"intake.bad_date": 2}, "warnings": [{"key": "k", "count": 1}]}
    counts = {"read": 5, "accepted": 1, "updated": 1, "unchanged": 1, "rejected": 2}
    store.imports.finish(first, "done", counts, told, before)
    store.imports.finish(second, "failed", told={"error": "no such column"})

    found = store.imports.get(first)
    assert (found.kind, found.file, found.actor, found.at) == ("areas", "街巷.zip", None, NOW)
    assert (found.state, found.read, found.rejected) == ("done", 5, 2)
    assert found.told == {"options": {"encoding": "gb18030"}, **told}
    pd.testing.assert_frame_equal(store.imports.before(first), before, check_dtype=False)

    assert [one.import_id for one in store.imports.list()] == [second, first]
    assert [one.import_id for one in store.imports.list(1)] == [second]
    assert [one.import_id for one in store.imports.list(kind="areas")] == [first]
    failed = store.imports.list(1)[0]
    assert (failed.state, failed.read, failed.told["error"]) == ("failed", 0, "no such column")
    assert store.imports.before(second) is None


def test_what_is_undone_keeps_its_counts(store):
    one = store.imports.add("areas", "a.zip", None, NOW, {})
    store.imports.finish(one, "done", {"accepted": 3, "read": 3})
    store.imports.finish(one, "undone")
    assert (store.imports.get(one).state, store.imports.get(one).accepted) == ("undone", 3)


def test_an_import_that_never_was(store):
    with pytest.raises(NotFound, match="7"):
        store.imports.get(7)
    with pytest.raises(NotFound, match="7"):
        store.imports.finish(7, "done")
