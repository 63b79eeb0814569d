from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime(2026, 6, 29, 1, tzinfo=UTC)


def test_what_is_written_is_read_latest_first_with_what_differs(store):
    store.audit.add("signed_in", actor="wang", at=NOW, address="10.0.0.1")
    old, new = {"role": "viewer", "crew_id": "A"}, {"role": "office", "crew_id": "A"}
    store.audit.add(
        "changed_person", actor="li", at=NOW + timedelta(1), subject="wang", before=old, after=new
    )
    last, first = store.audit.read()
    assert (last.actor, last.action, last.subject) == ("li", "changed_person", "wang")
    assert (last.before, last.after) == ({"role": "viewer"}, {"role": "office"})
    assert (first.address, first.at) == ("10.0.0.1", NOW)


def test_from_to_and_by_whom(store):
    for day in range(5):
        store.audit.add("exported", actor=f"p{day % 2}", at=NOW + timedelta(day), subject=str(day))
    some = store.audit.read(NOW + timedelta(1), NOW + timedelta(4), "p1")
    assert [one.subject for one in some] == ["3", "1"]
    assert store.audit.count(NOW + timedelta(1), NOW + timedelta(4), "p1") == 2
    assert [one.subject for one in store.audit.read(limit=2, offset=1)] == ["3", "2"]


def test_what_has_no_word_is_a_mistake_in_the_program(store):
    with pytest.raises(ValueError, match="danced"):
        store.audit.add("danced", actor="wang", at=NOW)


def test_it_outlives_the_district(store):
    store.audit.add("signed_in", actor="wang", at=NOW)
    store.empty()
    assert store.audit.count() == 1
