"""Sealed statements: none changes, each digest is over the one before, tampering shows."""

from datetime import UTC, datetime

import pandas as pd
import pytest
from sqlalchemy import text

AT = datetime(2026, 6, 8, tzinfo=UTC)
SAID = pd.DataFrame({"area_id": ["001", "B"], "category": ["*", "D01"], "expected": [2.5, 1 / 3]})
TEXTS = ("area_id", "category")


@pytest.fixture
def three(store):
    for week in ("2026-W23", "2026-W24", "2026-W25"):
        store.seals.add(week, "hot", SAID, sealed_at=AT, as_of=AT)
    return store


def test_a_statement_is_read_as_it_was_said(three):
    seals = three.seals.all()
    assert [one.week for one in seals] == ["2026-W23", "2026-W24", "2026-W25"]
    assert len({one.digest for one in seals}) == 3
    assert three.seals.head() == seals[-1].digest
    read = three.seals.statement(seals[0].number, TEXTS)
    pd.testing.assert_frame_equal(read, SAID, check_dtype=False, rtol=1e-5)
    assert three.seals.faults() == []


def test_the_first_one_of_a_week_stands(three):
    before = three.seals.all()
    three.seals.add("2026-W24", "hot", SAID.iloc[:1], sealed_at=AT, as_of=AT, late="late")
    assert three.seals.all() == before


def test_what_came_is_noted_once(three):
    number = three.seals.all()[0].number
    three.seals.score(number, {"labels": 2, "true": 1})
    three.seals.score(number, {"labels": 2, "true": 2})
    assert three.seals.all()[0].outcome == {"labels": 2, "true": 1}
    assert three.seals.faults() == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE seals SET late = 'late' WHERE number = 2",
        "UPDATE seals SET sealed_at = sealed_at - 1 WHERE number = 2",
        "DELETE FROM seals WHERE number = 1",
        "UPDATE seals SET statement = (SELECT s.statement FROM seals s WHERE s.number = 4)",
    ],
)
def test_whoever_changes_one_is_found(three, tampering):
    three.seals.add("2026-W26", "hot", SAID.iloc[:1], sealed_at=AT, as_of=AT)
    with three.transaction() as connection:
        connection.execute(text(tampering))
    assert 2 in three.seals.faults()


def test_a_record_is_kept_and_leaves_with_its_statements(three):
    three.seals.keep_record({"hot": {"labels": 2}})
    assert three.seals.record() == {"hot": {"labels": 2}}
    three.empty()
    assert three.seals.record() == {}
    assert three.seals.head() is None
