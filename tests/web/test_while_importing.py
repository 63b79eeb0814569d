"""Who signs in or reports while a file is taken in is never refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from geo_service.store import open_store
from geo_service.web.base.limits import SIGN_INS, WORKERS
from tests.store.samples import many
from tests.web.conftest import AS_OF, PASSWORD, sign_in, token

ROWS = 20_000


def keep(store, done):
    """Take a file in, as an import does once it was read."""
    number = store.imports.add("reports", "a.csv", None, AS_OF, {})
    store.import_steps.put_aside(number, many(ROWS, first=1000))
    store.imports.finish(number, "applying", {"read": ROWS})
    store.import_steps.take_in(number)
    done.set()


def signing_in(app, done):
    client, told = app.test_client(), []
    while not done.is_set() and len(told) < SIGN_INS // WORKERS:
        # always the same name: its own tries that wait are no reason to refuse it
        told.append(sign_in(client, "viewer").status_code)
    return told


def reporting(app, done):
    client, told = app.test_client(), []
    form = {"name": "supervisor", "password": PASSWORD, "csrf_token": token(client)}
    away = {"REMOTE_ADDR": "10.0.0.2"}
    told.append(client.post("/sign-in", data=form, environ_base=away).status_code)
    headers = {"X-CSRFToken": token(client, "/reports/new")}
    while not done.is_set():
        fields = {"category": "D01", "lon": 103.702, "lat": 36.002, "description": str(len(told))}
        told.append(client.post("/api/reports", json=fields, headers=headers).status_code)
    return told


def test_nobody_is_refused_while_a_file_is_taken_in(app):
    own = app.extensions["geo_service"].store
    store, done = open_store(own.url), Event()
    with ThreadPoolExecutor(3) as pool:
        ins, reports = (pool.submit(one, app, done) for one in (signing_in, reporting))
        kept = pool.submit(keep, store, done)
        kept.result()
        assert set(ins.result()) == {303}
        assert reports.result()[0] == 303
        assert set(reports.result()[1:]) == {201}
        assert len(reports.result()) > 3
    assert store.imports.list()[0].accepted == ROWS
    store.close()
