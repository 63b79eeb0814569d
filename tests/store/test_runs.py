from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func, select

from geo_service.store import Earlier, encoding
from geo_service.store.schema import blobs, run_parts, runs
from geo_service.terms import FRAMES, NotFound, NotReady
from tests.store.samples import NOW, many, run


@pytest.fixture
def table(store):
    table = many(40)
    store.reports.upsert(table)
    return table


def blobs_kept(store):
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(blobs)).scalar_one()


def test_before_the_first_run(store):
    assert store.runs.latest() is None
    for ask in (store.runs.rates, store.runs.area_ids, lambda: store.runs.week_rows("2026-W26")):
        with pytest.raises(NotReady, match="no figures yet"):
            ask()


def test_a_run_comes_back_as_it_went_in(store, table):
    run_id = store.runs.save(run(table, 3, coverage_known=True), NOW)
    last = store.runs.latest()
    assert (last.run_id, last.as_of, last.finished_at) == (run_id, NOW, NOW)
    assert (last.first_week, last.last_week) == ("2026-W25", "2026-W26")
    assert (last.params, last.summary, last.coverage_known) == ({"W": 90}, {"cases": 3}, True)
    rows = store.runs.week_rows("2026-W26")
    assert rows.dtypes.to_dict() == FRAMES["hotspots"].empty().dtypes.to_dict()
    assert rows[["area_id", "cases", "hot", "run_id"]].iloc[0].tolist() == ["a", 3, True, run_id]
    assert rows["as_of"].iloc[0] == pd.Timestamp(NOW)
    values = store.runs.values("cases", "*", "2026-W26")
    assert (values.dtype, values.tolist()) == (np.uint16, [3, 65535])
    assert store.runs.values("density", "*", "2026-W26").tolist() == [[1, 2, 3]]
    assert store.runs.values("cases", "D01", "2026-W26") is None
    assert store.runs.series("cases", "*").tolist() == [[1, 2], [3, 3]]
    assert store.runs.series("cases", "D01") is None
    assert store.runs.area_ids() == ["a", "b"]
    assert store.runs.layers() == ["cases", "density"]
    assert store.runs.rates(level="area")["category"].tolist() == ["D01"]
    assert store.runs.rates(category="*")["closures"].tolist() == [3]
    assert store.reports.read()["case_id"].tolist() == store.reports.read()["report_id"].tolist()


def test_a_week_nobody_computed(store, table):
    store.runs.save(run(table))
    with pytest.raises(NotFound, match="There is no week 2020-W01; there are 2026-W25 to 2026-W26"):
        store.runs.week_rows("2020-W01")


def test_a_week_without_rows_is_empty(store, table):
    store.runs.save(run(table, weekly=[]))
    assert store.runs.week_rows("2026-W26").empty


def test_unchanged_figures_are_shared_and_old_runs_go(store, table):
    store.runs.save(run(table, 1))
    first = blobs_kept(store)
    store.runs.save(run(table, 1))
    assert blobs_kept(store) == first
    for version in range(2, 6):
        store.runs.save(run(table, version))
    assert store.runs.values("cases", "*", "2026-W26", run_id="4").tolist() == [3, 65535]
    with pytest.raises(NotReady):
        store.runs.values("cases", "*", "2026-W26", run_id="3")
    with store.reading() as connection:
        assert set(connection.execute(select(runs.c.run_id)).scalars()) == {4, 5, 6}
        held = set(connection.execute(select(run_parts.c.digest)).scalars())
        kept = set(connection.execute(select(blobs.c.digest)).scalars())
    assert kept == held


def test_the_same_run_twice_is_the_same_store(store, table):
    store.runs.save(run(table, 1), NOW)
    before = store.fingerprint()
    store.runs.save(run(table, 1))
    assert store.fingerprint() == before
    store.runs.save(run(table, 2))
    assert store.fingerprint() != before


def test_what_is_remembered_and_did_not_change_is_not_written_again(store, table, monkeypatch):
    monkeypatch.setattr(encoding, "_PIECE", 4)
    first = {"x": np.array([1.0, np.nan, 3.0, 4.0, 5.0]), "names": np.arange(6, dtype=np.int32)}
    run_id = store.runs.save(replace(run(table, 3), memory=first), NOW)
    then = {"x": np.array([1.0, np.nan, 3.0, 4.0, 7.0, 8.0]), "names": first["names"].copy()}
    packed = []
    plain = encoding.write_packed
    monkeypatch.setattr(
        encoding, "write_packed", lambda array: packed.append(array.tolist()) or plain(array)
    )
    tables = replace(
        run(table, 3),
        series=[],
        memory=then,
        recalled=first,
        earlier=Earlier(run_id, 0, sorted(table["report_id"]), []),
    )
    new_id = store.runs.save(tables, NOW)
    assert packed == [[7.0, 8.0]]
    assert store.runs.memory(run_id) == {}
    found = store.runs.memory(new_id)
    assert found.keys() == then.keys()
    for name, array in then.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].flags.writeable


def test_a_run_that_takes_nothing_over_writes_all_that_it_remembers(store, table):
    memory = {"x": np.arange(5.0)}
    store.runs.save(replace(run(table, 3), memory=memory), NOW)
    # too much was new: everything was computed, though the last run's memory was at hand
    new_id = store.runs.save(replace(run(table, 3), memory=memory, recalled=memory), NOW)
    np.testing.assert_array_equal(store.runs.memory(new_id)["x"], memory["x"])


def test_of_how_many_labels_it_came_true_is_kept_beside_them_and_is_no_label(store, table):
    labels = [("2026-W25", {"hot": {"*": ["A1"]}, "as_of": "2026-06-22", "why": "late facts"})]
    told = {"area": {"*": [1, 0]}}
    seen = []
    store.runs.save(replace(run(table), labels=labels, record=lambda had: seen.append(had) or told))
    assert store.runs.record() == told
    assert list(store.runs.labels()) == ["2026-W25"]
    assert seen[0].items() >= dict(labels).items()
