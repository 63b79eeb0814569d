"""What an import brings is kept in steps, and is whole or nothing all the same."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from geo_service.store import open_store
from geo_service.store.keepers import import_steps
from geo_service.terms import Busy
from tests.store.processes import child, wait_for
from tests.store.samples import many

NOW = datetime(2026, 6, 29, tzinfo=UTC)
ROWS, STEPS = 10, 5
KEEP = """
from geo_service.store import open_store
from geo_service.store.keepers import import_steps
import_steps.ROWS, import_steps.MOST = 10, 1
import_steps.ImportStepsKeeper.left = lambda self: []  # the test is who left it
store = open_store(URL)
with store.writer("import"):
    store.import_steps.take_in(1, lambda done: stop() if done > 20 else None)
"""


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(import_steps, "ROWS", ROWS)
    monkeypatch.setattr(import_steps, "MOST", 1)


def put_aside(store, state="applying"):
    """Change the first reports of a store and bring others."""
    store.reports.upsert(many(20, first=100))
    before = store.fingerprint()
    rows = many(ROWS * STEPS, first=100).assign(description="said later")
    number = store.imports.add("reports", "a.csv", None, NOW, {})
    store.import_steps.put_aside(number, rows)
    if state is not None:
        store.imports.finish(number, state, {"read": len(rows)})
    return number, before


def test_what_lies_aside_counts_only_once_it_is_applied(store):
    number, before = put_aside(store, state=None)
    assert (store.fingerprint(), store.import_steps.left()) == (before, [])
    store.import_steps.settle()
    assert store.fingerprint() == before
    # the next import drops what was never begun
    store.import_steps.put_aside(store.imports.add("reports", "b.csv", None, NOW, {}), many(1))
    store.imports.finish(number, "applying")
    store.import_steps.settle()
    assert store.fingerprint() == before


def test_others_write_between_two_steps(store, url):
    other, seen = open_store(url, busy_seconds=0.0), []
    number, _ = put_aside(store)

    def meanwhile(done):
        other.imports.add("areas", f"{done}.zip", None, NOW, {})
        seen.append(other.reports.count())

    store.import_steps.take_in(number, meanwhile)
    other.close()
    assert seen == [20, 20, 30, 40, 50]
    kept = store.imports.get(number)
    assert (kept.state, kept.accepted, kept.updated, kept.unchanged) == ("done", 30, 20, 0)


def test_one_who_was_killed_is_finished_by_who_opens_and_taken_back_whole(store, url):
    store.reports.upsert(many(20, first=100))
    before = store.reports.read()
    number, _ = put_aside(store)
    with child(KEEP, url) as process:
        wait_for(process)
        with pytest.raises(Busy), store.writer("another"):
            pytest.fail("two write")
        process.kill()
        process.wait()
        assert store.reports.count() == 30
    again = open_store(url)
    kept = again.imports.get(number)
    assert (kept.state, kept.accepted, kept.updated) == ("done", 30, 20)
    assert set(again.reports.read(["description"])["description"]) == {"said later"}
    again.imports.undo(number)
    pd.testing.assert_frame_equal(again.reports.read(), before)
    again.close()


def test_what_failed_half_way_is_still_to_be_finished_and_says_why(store):
    number, _ = put_aside(store)

    def full(done):
        raise OSError(f"no room after {done}")

    with pytest.raises(OSError, match="after 10"):
        store.import_steps.take_in(number, full)
    store.imports.finish(number, "failed", told={"error": "no room"})
    found = store.imports.get(number)
    assert (found.state, found.told["error"]) == ("applying", "no room")
    with store.writer("refresh"):
        assert store.reports.count() == ROWS * STEPS
    assert store.imports.get(number).state == "done"
    table = store.imports.before(number)
    assert isinstance(table, pd.DataFrame)
    assert (len(table), int(table["added"].sum())) == (ROWS * STEPS, 30)


def test_steps_grow_while_nobody_waits(store, monkeypatch):
    monkeypatch.setattr(import_steps, "MOST", 4)
    store.reports.upsert(many(1))
    number, steps = store.imports.add("reports", "a.csv", None, NOW, {}), []
    store.import_steps.put_aside(number, many(100, first=100))
    store.imports.finish(number, "applying")
    store.import_steps.take_in(number, steps.append)
    assert steps == [10, 30, 70, 100]
    assert len(store.imports.before(number)) == 100


def test_who_waits_makes_steps_small_again(store, monkeypatch):
    waited = iter([False, True, False, False, False, False])
    monkeypatch.setattr(import_steps, "MOST", 4)
    monkeypatch.setattr(store._connections, "let_through", lambda seconds: next(waited))
    store.reports.upsert(many(1))
    number, steps = store.imports.add("reports", "a.csv", None, NOW, {}), []
    store.import_steps.put_aside(number, many(100, first=100))
    store.imports.finish(number, "applying")
    store.import_steps.take_in(number, steps.append)
    assert steps == [10, 30, 40, 60, 100]


def test_a_store_without_reports_takes_its_first_import_as_one_step(store):
    number, steps = store.imports.add("reports", "a.csv", None, NOW, {}), []
    store.import_steps.put_aside(number, many(100))
    store.imports.finish(number, "applying")
    store.import_steps.take_in(number, steps.append)
    assert steps == [100]
