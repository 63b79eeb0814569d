from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_service.store import Outcome
from geo_service.terms import FRAMES, BadInput
from tests.store.samples import many, reports, unplaced


def counts(outcome):
    return outcome.read, outcome.accepted, outcome.updated, outcome.unchanged


def one(store, report_id="1"):
    return store.reports.read(ids=[report_id]).iloc[0]


def test_new_then_known_then_changed(store):
    first = reports({"report_id": "1"}, {"report_id": "2"})
    assert counts(store.reports.upsert(first, "a.csv")) == (2, 2, 0, 0)
    assert counts(store.reports.upsert(first, "b.csv")) == (2, 0, 0, 2)
    changed = reports({"report_id": "2", "status": "closed"}, {"report_id": "3"})
    outcome = store.reports.upsert(changed, "b.csv")
    assert counts(outcome) == (2, 1, 1, 0)
    assert outcome.ids_accepted.tolist() == ["3"]
    assert outcome.ids_updated.tolist() == ["2"]
    files = store.reports.read(["report_id", "file"])
    assert files["file"].tolist() == ["a.csv", "b.csv", "b.csv"]


def test_everything_comes_back_as_it_went_in(store):
    row = {
        "report_id": "甲-1",
        "source": "热线 12345",
        "category": "D01",
        "reported_at": "2026-06-01T08:00:00.123456+08:00",
        "received_at": "2026-06-01T09:00:00Z",
        "lon": 103.123456789012345,
        "lat": -36.1,
        "precision": "address",
        "address": "西津路 1 号 🏠",
        "community": "晏家坪",
        "due_at": "2026-06-05T00:00:00+08:00",
        "unit": "环卫所",
        "dispatched_at": "2026-06-01T10:00:00+08:00",
        "reworks": 2,
        "reporter_name": "王女士",
        "reporter_phone": "139 0000 0000",
        "description": "line\nbreak 'quoted' \"twice\"",
        "fixed_at": "1969-12-31T23:59:59Z",
        "is_duplicate": True,
    }
    table = FRAMES["reports"].conform(pd.DataFrame([row]))
    store.reports.upsert(table)
    frame = FRAMES["reports"]
    # what is personal is kept elsewhere
    pd.testing.assert_frame_equal(store.reports.read(), table[frame.shown])
    assert set(frame.names) - set(frame.shown) == {"reporter_name", "reporter_phone"}
    assert counts(store.reports.upsert(table)) == (1, 0, 0, 1)
    assert counts(store.reports.upsert(reports({"report_id": "甲-1"})))[3] == 0
    again = store.reports.read(frame.shown).iloc[0]
    kept = ["community", "due_at", "unit", "dispatched_at", "reworks"]
    assert again[kept].tolist() == table.iloc[0][kept].tolist()


def test_an_empty_store_reads_as_an_empty_frame_with_types(store):
    frame = FRAMES["reports"]
    assert store.reports.read().dtypes.to_dict() == frame.empty()[frame.shown].dtypes.to_dict()
    assert store.reports.upsert(reports().head(0)) == Outcome()


def test_an_empty_field_leaves_a_known_value(store):
    store.reports.upsert(reports({"report_id": "1", "closed_at": "2026-06-02", "address": "x"}))
    later = reports({"report_id": "1", "lon": None, "lat": None, "category": None})
    assert counts(store.reports.upsert(later)) == (1, 0, 0, 1)
    row = one(store)
    assert (row["address"], row["lon"], row["category"]) == ("x", 103.75, "D01")
    assert row["closed_at"] == pd.Timestamp("2026-06-02", tz="UTC")


def test_unspecified_and_none_are_words_for_empty_fields(store):
    store.reports.upsert(reports({"report_id": "1"}))
    empty = reports({"report_id": "1", "category": "unspecified", "precision": "none"})
    assert counts(store.reports.upsert(empty)) == (1, 0, 0, 1)
    assert (one(store)["category"], one(store)["precision"]) == ("D01", "point")


def test_a_row_without_its_point_says_nothing_about_the_point_that_is_known(store):
    store.reports.upsert(reports({"report_id": "1", "precision": "address"}))
    without = reports({"report_id": "1", "lon": None, "lat": None, "precision": "area"})
    assert counts(store.reports.upsert(without)) == (1, 0, 0, 1)
    assert one(store)["precision"] == "address"


def test_what_is_missing_gets_its_word(store):
    store.reports.upsert(
        reports(
            {"report_id": "1", "category": None, "precision": None},
            {"report_id": "2", "lon": None, "lat": None, "precision": None},
        )
    )
    table = store.reports.read()
    assert table["category"].tolist() == ["unspecified", "D01"]
    assert table["precision"].tolist() == ["point", "none"]


def test_a_flag_counts_where_the_source_has_it(store):
    store.reports.upsert(reports({"report_id": "1", "is_duplicate": True}))
    without = reports({"report_id": "1"}).drop(columns="is_duplicate")
    assert counts(store.reports.upsert(without)) == (1, 0, 0, 1)
    assert one(store)["is_duplicate"]
    assert counts(store.reports.upsert(reports({"report_id": "1"}))) == (1, 0, 1, 0)
    assert not one(store)["is_duplicate"]


def test_the_last_row_of_an_id_counts_the_others_are_unchanged(store):
    twice = reports({"report_id": "1", "status": "open"}, {"report_id": "1", "status": "closed"})
    assert counts(store.reports.upsert(twice)) == (2, 1, 0, 1)
    assert one(store)["status"] == "closed"


def located(store, row, **place):
    store.reports.upsert(reports({"report_id": "1"} | row))
    values = {"report_id": ["1"], "area_id": ["a"], "subdistrict_id": ["s"], "distance_m": [0.0]}
    store.reports.set_places(pd.DataFrame(values | place), 7)


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"lon": 103.76}, True),
        ({"lat": 36.06}, True),
        ({"precision": "fallback"}, True),
        ({"address": "elsewhere"}, False),
        ({"description": "worse"}, False),
        ({"category": "D02"}, False),
    ],
)
def test_a_row_that_moves_is_located_anew(store, change, again):
    located(store, {})
    assert unplaced(store, 7) == []
    store.reports.upsert(reports({"report_id": "1"} | change))
    assert unplaced(store, 7) == (["1"] if again else [])
    assert pd.isna(one(store)["area_id"]) == again


def test_a_row_placed_by_its_words_is_located_anew_when_they_change(store):
    nowhere = {"lon": None, "lat": None, "precision": "none", "address": "西湖后街"}
    located(store, nowhere, precision=["area"])
    assert one(store)["precision"] == "area"
    assert counts(store.reports.upsert(reports({"report_id": "1"} | nowhere))) == (1, 0, 0, 1)
    moved = nowhere | {"address": "西津路"}
    assert counts(store.reports.upsert(reports({"report_id": "1"} | moved))) == (1, 0, 1, 0)
    assert unplaced(store, 7) == ["1"]


def test_a_point_that_comes_later_is_taken(store):
    nowhere = {"lon": None, "lat": None, "precision": "none"}
    located(store, nowhere, precision=["area"])
    store.reports.upsert(reports({"report_id": "1"}).drop(columns="precision"))
    row = one(store)
    assert (row["lon"], row["precision"]) == (103.75, "point")
    assert pd.isna(row["area_id"])


def test_new_areas_unplace_everything(store):
    located(store, {})
    assert unplaced(store, 8) == ["1"]
    assert unplaced(store, 7) == []


def test_the_order_is_the_link_rules(store):
    ids = ["b", "10", "9", "A", "007", "7"]
    late = {"report_id": "0", "reported_at": "2026-06-02"}
    store.reports.upsert(reports(late, *[{"report_id": one} for one in ids]))
    found = store.reports.read(["report_id"])["report_id"].tolist()
    assert found == ["007", "7", "9", "10", "A", "b", "0"]


def test_rows_without_id_or_moment_are_refused_and_nothing_is_kept(store):
    with pytest.raises(BadInput, match="has no report_id"):
        store.reports.upsert(reports({"report_id": None}))
    rows = many(60_000)
    rows.loc[59_999, "reported_at"] = pd.NaT
    with pytest.raises(BadInput, match="has no reported_at"):
        store.reports.upsert(rows)
    assert store.reports.count() == 0


def test_last_fact(store):
    assert store.reports.last_fact() is None
    store.reports.upsert(reports({"report_id": "1", "closed_at": "2026-07-02T00:00:00Z"}))
    assert store.reports.last_fact() == datetime(2026, 7, 2, tzinfo=UTC)


def test_progress_and_chunks(store, monkeypatch):
    monkeypatch.setattr("geo_service.store.keepers.reports.ROWS", 4)
    said = []
    store.reports.upsert(many(10), progress=lambda done, total: said.append((done, total)))
    assert said == [(4, 10), (8, 10), (10, 10)]
    outcome = store.reports.upsert(many(10, first=5, status="x"))
    assert counts(outcome) == (10, 5, 5, 0)
    assert store.reports.read()["status"].notna().sum() == 10


def test_a_second_import_leaves_exactly_the_same_store(store):
    store.reports.upsert(many(500), "a.csv")
    before = store.fingerprint()
    store.reports.upsert(many(500), "a.csv")
    assert store.fingerprint() == before
    store.reports.upsert(many(1, status="x"), "a.csv")
    assert store.fingerprint() != before


_TEXT = st.sampled_from([None, "x", "y"])
_ROW = st.fixed_dictionaries(
    {
        "report_id": st.sampled_from("123456"),
        "status": _TEXT,
        "address": _TEXT,
        "category": st.sampled_from([None, "unspecified", "D01", "D02"]),
        "closed_at": st.sampled_from([None, "2026-07-01", "2026-07-02"]),
        "is_duplicate": st.booleans(),
        "lon": st.sampled_from([None, 1.0, 2.0]),
    }
)


def merged(known, row):
    """The rule, one row at a time."""
    empty = (None, "unspecified")
    return known | {name: value for name, value in row.items() if value not in empty}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(st.lists(_ROW, max_size=7), max_size=4))
def test_upsert_is_the_rule_row_by_row(batches, store, monkeypatch):
    monkeypatch.setattr("geo_service.store.keepers.reports.ROWS", 3)
    with store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM reports")
    empty = {"status": None, "address": None, "category": "unspecified", "closed_at": None}
    known = {}
    for batch in batches:
        last = {row["report_id"]: row for row in batch}
        want = [0, 0]
        for report_id, row in last.items():
            before = known.get(report_id)
            known[report_id] = merged(before or empty | {"lon": None}, row)
            want[0] += before is None
            want[1] += before is not None and known[report_id] != before
        rows = [row | {"lat": row["lon"], "precision": None} for row in batch]
        outcome = store.reports.upsert(reports(*rows) if rows else reports().head(0))
        assert [outcome.accepted, outcome.updated] == want
        assert outcome.read == outcome.accepted + outcome.updated + outcome.unchanged
    table = store.reports.read().set_index("report_id")
    assert set(table.index) == set(known)
    for report_id, row in known.items():
        for name, value in row.items():
            if name == "report_id":
                continue
            found = table.loc[report_id, name]
            wanted = pd.Timestamp(value, tz="UTC") if name == "closed_at" and value else value
            assert found == wanted or (value is None and pd.isna(found)), name


def test_links_are_those_of_the_last_run(store):
    from geo_service.store.keepers.reports import set_links

    store.reports.upsert(many(4))
    first = pd.DataFrame(
        {"report_id": ["0", "1"], "case_id": ["0", "0"], "link": ["new", "rework"]}
    )
    with store.transaction() as connection:
        set_links(connection, first)
    assert store.reports.read()["link"].fillna("-").tolist() == ["new", "rework", "-", "-"]
    second = pd.DataFrame({"report_id": ["1", "3"], "case_id": ["1", "3"], "link": ["new", None]})
    with store.transaction() as connection:
        set_links(connection, second)
    table = store.reports.read()
    assert table["case_id"].fillna("-").tolist() == ["-", "1", "-", "3"]
    assert np.array_equal(table["link"].isna(), [True, False, True, True])


def test_some_points_are_those_that_reports_have_of_their_own(store):
    rows = [{"report_id": "1"}, {"report_id": "2", "lon": None, "lat": None, "precision": "none"}]
    rows.append({"report_id": "3", "lon": 1.0, "lat": 2.0, "precision": "fallback"})
    store.reports.upsert(reports(*rows))
    found = store.reports.some_points(10)
    assert found["lon"].tolist() == [103.75]
    assert len(store.reports.some_points(0)) == 0
