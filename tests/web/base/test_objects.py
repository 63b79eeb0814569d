"""Route by route: whoever may use an address may not for what is in others' hands."""

from io import BytesIO

import pytest
import sqlalchemy as sa

from geo_service.store.schema import reports
from tests.intake.photos import drawn
from tests.web.base.test_permissions import SAMPLES
from tests.web.conftest import token

NOTE, WORDS = "their-own-note", "their-own-words"
OWN = ("crew-leader", "unit")
ASKED = ("", "?crew=C2", "?unit=U2", "?state=standing", "?q=3", "?area=A2", "?person=inspector")


@pytest.fixture(params=[{"crew_id": "C2"}, {"unit_id": "U2"}], ids=["crew", "unit"])
def theirs(request, store, as_role, dispatched, clock):
    """Give case 3 with words, a note and a photo to others, and return what is named in paths."""
    dispatched("3", **request.param)
    with store.transaction() as connection:
        one = reports.c.report_id == "3"
        connection.execute(sa.update(reports).where(one).values(description=WORDS))
    client = as_role("inspector")
    headers = {"X-CSRFToken": token(client, "/me")}
    photo = {"photo": (BytesIO(drawn()), "a.jpg")}
    photo_id = client.post("/api/photos", data=photo, headers=headers).json["photo_id"]
    note = {"kind": "noted", "note": NOTE, "photo_ids": [photo_id]}
    answer = client.post("/api/cases/3/events", json=note, headers=headers)
    assert answer.status_code == 201
    given = store.assignments.add("C2", "A2", "2026-06-28", NOTE, "office", clock())
    return SAMPLES | {
        "case_id": "3",
        "report_id": "3",
        "area_id": "A2",
        "photo_id": photo_id,
        "event_id": answer.json["event_id"],
        "assignment_id": int(given),
        "table": "cases",
    }


def addresses(app, values, *methods):
    """Give method, path and arguments of every address."""
    with app.test_request_context():
        build = app.url_map.bind("localhost").build
        for rule in app.url_map.iter_rules():
            for method in rule.methods & set(methods):
                its = {name: values[name] for name in rule.arguments}
                if rule.rule.startswith("/admin/<any"):
                    its["table"] = "areas"
                yield method, build(rule.endpoint, its), rule.arguments


@pytest.mark.parametrize("role", OWN)
def test_no_page_and_no_file_tells_of_others_work(app, as_role, theirs, role):
    client = as_role(role)
    secrets = (NOTE, WORDS, theirs["photo_id"])
    read = 0
    for _, path, _ in addresses(app, theirs, "GET"):
        for asked in ASKED:
            answer = client.get(f"{path}{asked}", buffered=True)
            told = [one for one in secrets if one.encode() in answer.data and one not in path]
            assert not told, (role, path, asked)
            assert answer.mimetype != "image/jpeg", path
            read += answer.status_code == 200
    assert read > len(ASKED) * 10
    # whoever may see it all is told
    assert NOTE in as_role("inspector").get("/casework/3").text
    assert WORDS in as_role("inspector").get("/casework/3").text


EVENT = {"kind": "fixed", "note": "x"}
BODY = EVENT | {
    "version": 1,
    "state": "done",
    "case_id": "3",
    "crew_id": "C1",
    "area_id": "A2",
    "lon": 103.7,
    "lat": 36.0,
    "started_at": "2026-06-28T03:00Z",
    "by": "1",
}


@pytest.mark.parametrize("role", [*OWN, "viewer"])
def test_nothing_is_done_to_what_is_in_others_hands(app, as_role, store, theirs, role):
    client = as_role(role)
    headers = {"X-CSRFToken": token(client, "/me")}

    def held():
        tables = store.events.read(), store.assignments.of(), store.cases.read()
        return [table.to_csv() for table in (*tables, store.visits.read())]

    before, tried = held(), 0
    for method, path, arguments in addresses(app, theirs, "POST", "PATCH", "DELETE"):
        if not {"case_id", "assignment_id", "report_id", "event_id"} & arguments:
            continue
        said = EVENT if path.endswith("/events") else BODY
        for body in ({"json": said}, {"data": said}):
            answer = client.open(path, method=method, headers=headers, **body)
            refused = (403,) if "json" in body and path.startswith("/api/") else (303, 400, 403)
            assert answer.status_code in refused, (role, method, path)
            tried += 1
    assert tried > 10
    rows = [EVENT | {"case_id": "3", "kind": kind} for kind in ("fixed", "noted")]
    answer = client.post("/api/events", json={"events": rows}, headers=headers)
    if role in OWN:
        assert [one["status"] for one in answer.json["answers"]] == [403, 403]
    visit = {"area_id": "A2", "started_at": "2026-06-28T03:00Z", "kind": "cleanup"}
    for kind in ("cleanup", "patrol"):
        sent = client.post("/api/visits", json=visit | {"kind": kind}, headers=headers)
        assert sent.status_code == 403
    assert held() == before


@pytest.mark.parametrize("role", OWN)
def test_a_photo_of_others_is_hung_on_no_case(as_role, dispatched, store, theirs, role):
    dispatched("2", **({"crew_id": "C1"} if role == "crew-leader" else {"unit_id": "U1"}))
    client = as_role(role)
    headers = {"X-CSRFToken": token(client, "/me")}
    before = store.events.count()
    note = {"kind": "noted", "note": "x", "photo_ids": [theirs["photo_id"]]}
    answer = client.post("/api/cases/2/events", json=note, headers=headers)
    assert (answer.status_code, store.events.count()) == (422, before)
    assert client.get(f"/photos/{theirs['photo_id']}").status_code == 403
