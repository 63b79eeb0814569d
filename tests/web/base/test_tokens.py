"""Other programs ask by a token, within its scope and as its role."""

import base64
from datetime import timedelta

import pytest

from geo_service.store import Token
from tests.web.conftest import AS_OF, sign_in


@pytest.fixture
def keyed(store, client, clock):
    def make(scope="read", role="viewer", unit_id=None, days=None):
        key, now = f"{scope}-{role}", clock()
        until = now + timedelta(days=days) if days else None
        store.tokens.add(key, Token(key, scope, role, unit_id, now, until, None))
        return {"Authorization": f"Bearer {key}"}

    return make


def test_a_token_reads_as_its_role(client, keyed):
    viewer, office = keyed(), keyed(role="office")
    assert client.get("/api/cases", headers=viewer).status_code == 200
    assert client.get("/exports/events.csv", headers=viewer).status_code == 403
    assert client.get("/exports/events.csv", headers=office).status_code == 200
    assert client.get("/admin/people", headers=office).status_code == 403
    assert client.get("/me", headers=office).status_code == 403


def test_to_read_it_may_be_the_password_of_basic(client, keyed):
    keyed()
    basic = base64.b64encode(b"anybody:read-viewer").decode()
    assert client.get("/api/cases", headers={"Authorization": f"Basic {basic}"}).status_code == 200
    for wrong in ("Basic !!", "Basic", "Bearer", "Bearer x", "Digest read-viewer"):
        assert client.get("/api/cases", headers={"Authorization": wrong}).status_code == 401


def test_one_that_reads_sends_nothing_and_one_of_open311_opens_no_other_door(client, keyed):
    reads, door = keyed(role="office"), keyed("open311", "inspector")
    assert client.post("/api/reports", json={}, headers=reads).status_code == 403
    assert client.get("/api/cases", headers=door).status_code == 403


def test_one_that_writes_needs_no_mark_of_the_page_and_bears_its_name(client, keyed, store):
    writes = keyed("write", "inspector")
    report = {"report_id": "T1", "category": "D01", "lon": 103.7, "lat": 36.0}
    sent = client.post("/api/reports", json=report, headers=writes)
    assert sent.status_code == 201, sent.get_data(as_text=True)
    assert (
        store.reports.read(["received_by"], ids=["T1"])["received_by"].item()
        == "token:write-inspector"
    )


def test_it_ends(client, keyed, store, clock):
    short, gone = keyed(days=1), keyed("read", "office")
    store.tokens.revoke("read-office", AS_OF)
    assert client.get("/api/cases", headers=gone).status_code == 401
    assert client.get("/api/cases", headers=short).status_code == 200
    clock.pass_by(days=1)
    assert client.get("/api/cases", headers=short).status_code == 401


def test_a_browser_s_form_still_needs_the_mark(client):
    sign_in(client, "supervisor")
    assert client.post("/api/reports", json={}).status_code == 400


def test_what_it_exports_is_in_the_audit(client, keyed, store):
    client.get("/exports/areas.csv", headers=keyed())
    assert store.audit.read()[0].actor == "token:read-viewer"


@pytest.mark.parametrize("path", ["/sign-in", "/api/photos", "/casework/events"])
def test_a_form_with_a_part_without_a_name_is_refused(as_role, path):
    part = b'--x\r\nContent-Disposition: form-data; filename="a"\r\n\r\nb\r\n--x\r\n'
    part += b"Content-Disposition: form-data\r\n\r\nc\r\n--x--\r\n"
    answer = as_role("supervisor").post(
        path, data=part, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 400
