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
        "C1", "a", "2026-06-29", "published", "墙面", "D01",
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


def test_a_change_is_of_one_version_and_makes_the_next(ready):
    key = int(ready.assignments.add("C1", "a", "2026-06-29", None, "wang", NOW))
    after = ready.assignments.change(key, 1, {"note": "x", "stop_order": 3}, "li", NOW)
    assert (after.version, after.note, after.stop_order, after.changed_by) == (2, "x", 3, "li")
    with pytest.raises(Conflict) as refused:
        ready.assignments.change(key, 1, {"note": "y"}, "wang", NOW)
    told = vars(refused.value)["values"]
    assert (told["version"], told["yours"], told["changed_by"]) == (2, 1, "li")
    with pytest.raises(NotFound):
        ready.assignments.change(99, 1, {}, "li", NOW)
    with pytest.raises(NotFound):
        ready.assignments.change(key, 2, {"crew_id": "C9"}, "li", NOW)
    other = int(ready.assignments.add("C2", "a", "2026-06-29", None, "wang", NOW))
    with pytest.raises(Conflict, match="already"):
        ready.assignments.change(other, 1, {"crew_id": "C1"}, "li", NOW)
    assert ready.assignments.one(other).version == 1


def test_what_was_taken_back_is_no_load_and_can_be_given_again(ready):
    key = int(ready.assignments.add("C1", "a", "2026-06-29", None, "wang", NOW))
    assert (ready.assignments.load("2026-06-29"), ready.assignments.minutes("2026-06-29")) == (
        {"C1": 1},
        {"C1": 20.0},
    )
    since = date(2026, 6, 29)
    assert ready.assignments.has("C1", "a", since)
    ready.assignments.change(key, 1, {"state": "cancelled"}, "wang", NOW)
    assert ready.assignments.load("2026-06-29") == ready.assignments.minutes("2026-06-29") == {}
    assert not ready.assignments.has("C1", "a", since)
    ready.assignments.add("C1", "a", "2026-06-29", None, "wang", NOW, "D01", state="proposed")
    assert not ready.assignments.has("C1", "a", since), "the crew does not know of it yet"
    assert ready.assignments.minutes("2026-06-29") == {"C1": 12.0}
    assert [one.stop_order for one in ready.assignments.listed("2026-06-29")] == [2]
