"""The table of moves: from which states, by whom; nobody checks the own fix."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from geo_service.casework import MOVES, Actor, Situation, allowed, check, moment_of
from geo_service.terms import ROLES, STATES, BadInput, NotAllowed, Refused
from geo_service.terms.phrases import subject_phrases

NOW = datetime(2026, 6, 29, 8, tzinfo=UTC)


def event(kind, actor="li", at=NOW, **more):
    one = {"event_id": kind, "kind": kind, "actor": actor, "person": None, "at": at}
    return {**one, "crew_id": None, "unit_id": None, **more}


DISPATCH = event("dispatched", "chief", crew_id="C1")


def case(state, *events, **more):
    fixed = NOW if state in ("fixed", "verified") else None
    return Situation("1", state, False, NOW - timedelta(days=9), fixed, events=events, **more)


TABLE = {
    "supervisor": {
        "open": "dispatched postponed fixed cancelled merged split recategorised moved",
        "dispatched": "dispatched postponed fixed cancelled merged split recategorised moved",
        "working": "postponed fixed cancelled merged split recategorised moved",
        "returned": "dispatched cancelled merged split recategorised moved",
        "failed": "dispatched fixed cancelled merged split recategorised moved",
        "fixed": "verified failed cancelled merged split recategorised moved",
        "verified": "merged split",
        "lapsed": "dispatched postponed fixed cancelled merged split recategorised moved",
        "cancelled": "split",
    },
    "inspector": {
        **dict.fromkeys(["open", "dispatched", "working"], "recategorised moved"),
        **dict.fromkeys(["returned", "failed", "lapsed"], "recategorised moved"),
        "fixed": "verified failed recategorised moved",
        "verified": "",
        "cancelled": "",
    },
    "crew-leader": {
        **dict.fromkeys(["open", "lapsed", "failed"], "fixed"),
        "dispatched": "accepted returned fixed",
        "working": "returned fixed",
        **dict.fromkeys(["returned", "fixed", "verified", "cancelled"], ""),
    },
}


@pytest.mark.parametrize(("role", "state"), list(product(TABLE, STATES)))
def test_who_may_do_what_from_which_state(role, state):
    kinds = allowed(case(state, DISPATCH), Actor("x", role, "C1"), NOW)
    assert kinds == [*TABLE[role][state].split(), "noted", "cause", "measure"]


@pytest.mark.parametrize("role", sorted(set(ROLES) - {*TABLE, "office"}))
def test_others_make_no_event(role):
    assert not any(allowed(case(state), Actor("x", role), NOW) for state in STATES)


def test_the_office_may_what_a_supervisor_may():
    for state in STATES:
        both = [allowed(case(state), Actor("x", role), NOW) for role in ("office", "supervisor")]
        assert both[0] == both[1]


@pytest.mark.parametrize("named", ["actor", "person"])
def test_whoever_made_or_is_named_by_the_fix_does_not_check_it(named):
    fixed = case("fixed", event("fixed", **({"actor": "sun"} | {named: "wang"})))
    assert not {"verified", "failed"} & set(allowed(fixed, Actor("wang", "inspector"), NOW))
    assert {"verified", "failed"} <= set(allowed(fixed, Actor("zhou", "inspector"), NOW))
    again = case("fixed", event("fixed", "wang"), event("failed", "x"), event("fixed", "sun"))
    assert "verified" in allowed(again, Actor("wang", "inspector"), NOW)


def test_a_mere_closing_can_be_checked_and_a_checked_one_not():
    mere = Situation("1", "verified", True, NOW, NOW)
    assert {"verified", "failed"} <= set(allowed(mere, Actor("w", "inspector"), NOW))
    assert "verified" not in allowed(case("verified"), Actor("w", "inspector"), NOW)


def test_what_was_cancelled_by_its_source_is_not_reinstated_here():
    office = Actor("x", "office")
    assert "reinstated" not in allowed(case("cancelled"), office, NOW)
    assert "reinstated" in allowed(case("cancelled", event("cancelled")), office, NOW)


def test_each_kind_says_what_it_needs():
    office, said = Actor("x", "office"), {"note": "n", "reason": "r"}
    with pytest.raises(BadInput, match="crew"):
        check("dispatched", case("open"), office, said, NOW)
    check("dispatched", case("open"), office, {"unit_id": "U1"}, NOW)
    with pytest.raises(BadInput):
        check("blessed", case("open"), office, said, NOW)
    with pytest.raises(NotAllowed):
        check("dispatched", case("open"), Actor("x", "inspector"), {"crew_id": "C"}, NOW)
    with pytest.raises(Refused, match="The case is verified"):
        check("cancelled", case("verified"), office, said, NOW)


def test_a_moment_is_never_after_it_was_received_nor_before_the_opening():
    one, office = case("open"), Actor("x", "office")
    known = {"received": NOW, "measured": False, "note": False}
    late = NOW + timedelta(hours=3)
    assert moment_of("fixed", one, office, late, **known) == (NOW, False)
    with pytest.raises(Refused):
        moment_of("fixed", one, office, NOW - timedelta(days=10), **known)
    measured = {**known, "measured": True}
    assert moment_of("fixed", one, office, NOW - timedelta(hours=5), **measured)[1] is False


def test_every_kind_and_reason_has_words():
    said = subject_phrases("moves", "zh")
    for kind in MOVES:
        assert {f"kind_{kind}", f"do_{kind}"} <= said.keys()
