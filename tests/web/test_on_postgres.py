"""The service on a server: the answers of a file, a new one kept, a sentence when it is gone."""

from dataclasses import replace

import pytest

from geo_service.store import copy_store, open_store
from geo_service.web import create_app
from tests.web.conftest import sign_in, token

PAGES = [
    "/api/periods",
    "/api/areas.geojson",
    "/api/values/hotspots/2026-W26",
    "/api/values/cases/2026-W25",
    "/api/values/density/2026-W26",
    "/api/worst/2026-W26",
    "/api/today",
]


@pytest.fixture
def on_server(postgres, store):
    url = postgres.new_store()
    opened = open_store(url)
    copy_store(store, opened)
    yield opened
    opened.close()
    postgres.drop(url)


@pytest.fixture
def client_of(settings, clock):
    def make(store):
        app = create_app(replace(settings, database_url=store.url), store, clock)
        app.testing = True
        client = app.test_client()
        sign_in(client, "supervisor")
        return client

    return make


def test_it_answers_as_on_a_file(store, on_server, client_of):
    here, there = client_of(store), client_of(on_server)
    assert there.get("/readyz").json["status"] == "ready"
    for address in PAGES:
        answer = there.get(address)
        assert answer.status_code == 200, address
        assert answer.json == here.get(address).json, address
    for address in ("/", "/board", "/casework", "/today"):
        assert there.get(address).status_code == 200, address


def test_an_assignment_is_kept(on_server, client_of):
    client = client_of(on_server)
    crew = on_server.crews.read()["crew_id"].iloc[0]
    area = on_server.areas.read(geometry=False)["area_id"].iloc[0]
    body = {"crew_id": crew, "area_id": area, "date": "2026-06-29"}
    sent = {"json": body, "headers": {"X-CSRFToken": token(client)}}
    assert client.post("/api/assignments", **sent).status_code == 201
    assert on_server.assignments.of()["area_id"].tolist() == [area]
    assert client.post("/api/assignments", **sent).status_code == 409


@pytest.mark.parametrize("address", ["/", "/api/periods", "/sign-in"])
def test_a_server_that_is_gone_is_a_sentence_that_does_not_say_where(
    on_server, client_of, postgres, address
):
    client = client_of(on_server)
    postgres.execute(f"DROP DATABASE {on_server.url.rpartition('/')[2]} WITH (FORCE)")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "cannot be reached at the moment" in answer.text
    assert "127.0.0.1" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
