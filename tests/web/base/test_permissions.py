"""Every route × every role × nobody: the server decides, and what is not declared is closed."""

import pytest

from geo_service.people import ACTIONS
from geo_service.terms import ROLES
from geo_service.web.base.permissions import PUBLIC, SIGNED_IN, action_of, permission
from tests.web.conftest import token

JSON = {"Accept": "application/json"}
SAMPLES = {
    "area_id": "A1",
    "layer": "rebound",
    "week": "2026-W26",
    "case_id": "2",
    "job_id": 1,
    "import_id": 1,
    "campaign_id": 1,
    "name": "nobody",
    "assignment_id": 9,
    "report_id": "1",
    "photo_id": "0" * 64,
    "event_id": "E1",
    "zoom": 0,
    "column": 0,
    "row": 0,
    "table": "areas",
    "ext": "csv",
    "filename": "css/base.css",
}


def routes(app):
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: SAMPLES[name] for name in rule.arguments}
            path = app.url_map.bind("localhost").build(rule.endpoint, values)
            for method in rule.methods & {"GET", "POST", "DELETE", "PUT", "PATCH"}:
                yield method, path, action_of(rule.endpoint)


def test_every_route_declares_what_it_needs(app):
    undeclared = [(method, path) for method, path, action in routes(app) if action is None]
    assert undeclared == []
    assert {action for _, _, action in routes(app)} <= {PUBLIC, SIGNED_IN, *ACTIONS}


def test_nobody_may_only_what_is_public(app):
    client = app.test_client()
    for method, path, action in routes(app):
        answer = client.open(path, method=method, headers=JSON, buffered=True)
        closed = answer.status_code == 401
        assert closed == (action != PUBLIC), (method, path)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_people_says_and_no_more(app, as_role, role, store, clock, dispatched):
    # objects are asked for besides (test_scope): this case is the leader's and the unit's own
    store.assignments.add("C1", "A1", "2026-06-28", None, "office", clock())
    dispatched("2", unit_id="U1")
    client = as_role(role)
    for method, path, action in routes(app):
        if path == "/sign-out":
            continue
        if path.startswith("/exports/") and action == "export":
            path = "/exports/cases.csv"  # noqa: PLW2901 (a leader or unit may no other table)
        answer = client.open(path, method=method, headers=JSON, buffered=True)
        allowed = action in (PUBLIC, SIGNED_IN) or role in ACTIONS[action]
        assert (answer.status_code == 403) == (not allowed), (role, method, path)
        assert answer.status_code != 401
        assert answer.status_code < 500 or path == "/readyz", (role, method, path)


def test_a_route_without_a_declaration_is_closed_even_to_the_administrator(app, as_role):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert as_role("admin").get("/forgotten").status_code == 403


def test_an_action_nobody_listed_cannot_be_declared():
    with pytest.raises(KeyError):
        permission("fly")


def test_an_unknown_address_asks_to_sign_in_first(client, as_role):
    assert client.get("/nope").status_code == 302
    assert client.get("/api/nope").status_code == 401
    assert as_role("viewer").get("/nope").status_code == 404


def test_the_demo_shows_map_and_areas_without_sign_in(demo_client):
    for path in (
        "/",
        "/areas/A1",
        "/api/periods",
        "/api/areas.geojson",
        "/api/ground.geojson",
        "/api/values/rebound/2026-W26",
        "/api/worst/2026-W26",
        "/api/areas/A1/summary",
    ):
        assert demo_client.get(path).status_code == 200, path


def test_the_demo_shows_nothing_else(demo_client):
    for path in ("/board", "/casework", "/crew", "/admin"):
        answer = demo_client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in?next=")
    for path in ("/api/crews", "/exports/areas.csv", "/metrics", "/api/jobs/1"):
        assert demo_client.get(path, headers={"Accept": "application/json"}).status_code == 401
    assert demo_client.post("/api/assignments", json={}).status_code == 401


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_loopback_is_this_machine(demo_client, address):
    assert demo_client.get("/", environ_base={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize("address", ["192.168.1.7", "8.8.8.8", "::2", ""])
def test_the_demo_is_closed_to_other_machines(demo_client, address):
    assert demo_client.get("/", environ_base={"REMOTE_ADDR": address}).status_code == 302


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_the_demo_is_closed_behind_a_proxy(demo_client, header):
    assert demo_client.get("/", headers={header: "127.0.0.1"}).status_code == 302


def test_any_account_that_a_person_made_ends_the_demo(demo_client):
    desk = demo_client.application.extensions["geo_service"]
    desk.store.accounts.add("li", "viewer", "scrypt$", None, desk.now())
    assert demo_client.get("/").status_code == 302
    assert demo_client.get("/api/periods").status_code == 401


def test_a_district_that_is_no_demo_shows_nothing(client):
    assert client.get("/").status_code == 302


def test_the_demo_knows_its_own_people(demo_client):
    assert token(demo_client)
    assert "sign-out" not in demo_client.get("/").get_data(as_text=True)
