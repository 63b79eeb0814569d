from datetime import UTC, date, datetime

import pandas as pd
import pytest

from geo_service.terms import BadUse, Conflict, NotFound

NOW = datetime(2026, 6, 29, 1, tzinfo=UTC)


def test_an_area_on_a_list(ready):
    key = ready.assignments.add("C1", "a", "2026-06-29", "墙面", "wang", NOW, "D01")
    other = ready.assignments.add("C2", "a", date(2026, 6, 30), None, "wang", NOW)
    found = ready.assignments.of()
    assert found["assignment_id"].tolist() == [key, other]
    first = found.iloc[0]
    assert first[["crew_id", "area_id", "date", "state", "note", "category"]].tolist() == [
        "C1", "a", "2026-06-29", "planned", "墙面", "D01",
    ]  # fmt: skip
    assert first["created_at"] == pd.Timestamp(NOW)
    assert ready.assignments.of(date="2026-06-30")["crew_id"].tolist() == ["C2"]
    assert ready.assignments.of(crew_id="C1")["area_id"].tolist() == ["a"]
    assert ready.assignments.of(date="2026-06-30", crew_id="C1").empty


def test_twice_is_a_conflict_another_day_or_crew_is_not(ready):
    ready.assignments.add("C1", "a", "2026-06-29", None, "wang", NOW)
    with pytest.raises(Conflict, match="a is on the list of crew C1 for 2026-06-29 already"):
        ready.assignments.add("C1", "a", "2026-06-29", None, "li", NOW)
    ready.assignments.add("C2", "a", "2026-06-29", None, "li", NOW)
    ready.assignments.add("C1", "a", "2026-06-30", None, "li", NOW)
    assert len(ready.assignments.of()) == 3


@pytest.mark.parametrize(
    ("crew", "area", "day", "error"),
    [
        ("C9", "a", "2026-06-29", NotFound),
        ("C1", "z", "2026-06-29", NotFound),
        ("C1", "a", "tomorrow", BadUse),
        ("C1", "a", "2026-02-30", BadUse),
    ],
)
def test_what_does_not_exist_is_not_assigned(ready, crew, area, day, error):
    with pytest.raises(error):
        ready.assignments.add(crew, area, day, None, "wang", NOW)
    assert ready.assignments.of().empty
