"""Who answers for what, and in whose hands a case is."""

import pytest

from geo_service.casework import Duties, Hands, hands

UNITS = [
    {"unit_id": "U1", "name": "环卫站", "kind": "unit", "area_ids": None},
    {"unit_id": "U2", "name": "西湖社区", "kind": "community", "area_ids": "A2;A3"},
    {"unit_id": "U3", "name": "物业", "kind": "property", "area_ids": "A3;A1"},
    {"unit_id": "U4", "name": "包抓", "kind": "leader", "area_ids": "A4;A2"},
]
DUTIES = Duties.of(
    [("A1", "西湖社区"), ("A2", None), ("A3", None), ("A4", ""), ("A5", "城管队"), ("A6", "U1")],
    [("D01", "条"), ("D02", "环卫站"), ("D03", "U3"), ("D04", None)],
    UNITS,
    {("D01", "A1"): "U4", ("D02", "A5"): "U2"},
)


@pytest.mark.parametrize(
    ("category", "area_id", "answer"),
    [
        ("D04", "A1", ("U2", "area")),  # by its name
        ("D04", "A6", ("U1", "area")),
        ("D04", "A5", ("城管队", "area")),  # nobody listed it: its word stands
        ("D04", "A2", ("U2", "area")),  # who holds it; a leader only looks after it
        ("D04", "A3", (None, None)),  # two hold it: nobody said which
        ("D04", "A4", (None, None)),
        ("D04", None, (None, None)),
        ("D01", "A6", ("U1", "area")),  # 条 is what is counted, no unit
        ("D02", "A1", ("U1", "category")),
        ("D03", None, ("U3", "category")),
        ("D01", "A1", ("U4", "exception")),
        ("D02", "A5", ("U2", "exception")),
    ],
)
def test_who_answers(category, area_id, answer):
    assert DUTIES.answer(category, area_id) == answer


def sent(**to):
    return {"kind": "dispatched", "reason": None, **to}


BACK = {"kind": "returned", "reason": "not_ours"}
RAIN = {"kind": "returned", "reason": "weather"}
NOTED = {"kind": "noted", "reason": None}


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], Hands()),
        ([sent(unit_id="U1")], Hands("U1")),
        ([sent(unit_id="U1", person="li"), sent(crew_id="C1")], Hands(None, "C1")),
        ([sent(unit_id="U1"), BACK, sent(unit_id="U1"), RAIN], Hands("U1")),
        ([sent(unit_id="U1"), BACK, sent(unit_id="U2"), BACK, NOTED], Hands("U2", disputed=True)),
        ([sent(unit_id="U1"), BACK, sent(unit_id="U2"), BACK, sent(unit_id="U1")], Hands("U1")),
        ([sent(unit_id="U1"), BACK, sent(unit_id="U2"), BACK, {"kind": "cancelled"}], Hands("U2")),
    ],
)
def test_in_whose_hands(events, told):
    assert hands(events) == told
