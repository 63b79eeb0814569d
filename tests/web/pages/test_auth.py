"""Signing in: one form, back to the page asked for, and patience with guessers."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import event

from geo_service.people import secret_of
from geo_service.terms import ROLES
from geo_service.web.base.limits import Gate
from geo_service.web.pages.auth import safe_address
from tests.web.conftest import AS_OF, PASSWORD, sign_in, token


def is_in(client):
    return client.get("/api/periods").status_code == 200


def test_the_form_has_one_name_and_one_password(client):
    page = client.get("/sign-in").get_data(as_text=True)
    assert page.count('type="password"') == 1
    assert page.count('name="name"') == 1
    assert page.count("<form") == 1


def test_one_is_sent_to_the_form_and_back_to_the_page(client):
    away = client.get("/areas/A1?week=2026-W25", headers={"Accept": "text/html"})
    assert away.status_code == 302
    page = client.get(away.headers["Location"]).get_data(as_text=True)
    assert 'value="/areas/A1?week=2026-W25"' in page
    answer = sign_in(client, "viewer", next="/areas/A1?week=2026-W25")
    assert answer.headers["Location"] == "/areas/A1?week=2026-W25"
    assert is_in(client)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil",
        "",
        None,
        "/sign-in",
        "/\x00",
        "///evil.example",
    ],
)
def test_only_paths_of_our_own_are_returned_to(address):
    assert safe_address(address) == "/"


def test_a_foreign_return_address_leads_home(client):
    assert sign_in(client, "viewer", next="https://evil.example/").headers["Location"] == "/"


def test_a_page_with_a_chinese_name_is_returned_to(client):
    answer = sign_in(client, "viewer", next="/areas/西津路 1")
    assert answer.headers["Location"] == "/areas/%E8%A5%BF%E6%B4%A5%E8%B7%AF%201"


def test_a_wrong_password_says_so_and_not_which_was_wrong(client):
    wrong = sign_in(client, "viewer", "wrong password")
    nobody = sign_in(client, "nobody", "wrong password")
    assert wrong.status_code == nobody.status_code == 401
    assert "用户名或密码不正确" in wrong.get_data(as_text=True)
    assert "用户名或密码不正确" in nobody.get_data(as_text=True)
    assert not is_in(client)


@pytest.mark.parametrize("name", ["viewer", "nobody"])
def test_after_wrong_tries_one_waits(client, clock, name):
    for _ in range(3):
        assert sign_in(client, name, "wrong password").status_code == 401
    answer = sign_in(client, name, "wrong password")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Retry-After"] in answer.get_data(as_text=True)


def test_even_the_right_password_waits_and_then_enters(client, clock):
    for _ in range(4):
        sign_in(client, "viewer", "wrong password")
        clock.pass_by(seconds=10)
    sign_in(client, "viewer", "wrong password")
    assert sign_in(client, "viewer").status_code == 429
    clock.pass_by(minutes=16)
    assert sign_in(client, "viewer").status_code == 303


def from_elsewhere(client, csrf, name, password):
    form = {"name": name, "password": password, "csrf_token": csrf}
    return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code


def test_nobody_locks_out_a_colleague_from_another_address(client, app):
    csrf = token(client)
    tried = [from_elsewhere(client, csrf, "viewer", "wrong password") for _ in range(5)]
    assert tried == [401] * 3 + [429] * 2
    assert sign_in(app.test_client(), "viewer").status_code == 303
    assert from_elsewhere(client, csrf, "viewer", PASSWORD) == 429


def test_a_clock_set_back_locks_nobody(client, clock):
    for _ in range(4):
        sign_in(client, "viewer", "wrong password")
    clock.pass_by(days=-2)
    assert sign_in(client, "viewer").status_code == 303


def test_of_many_tries_at_once_only_the_free_ones_are_judged(app, monkeypatch):
    judged = []

    def judge(*_):
        judged.append(time.monotonic())
        time.sleep(0.05)
        return False

    monkeypatch.setattr("geo_service.web.base.sessions.verify_password", judge)
    monkeypatch.setattr("geo_service.web.pages.auth.password_gate", Gate(12))
    clients = [app.test_client() for _ in range(8)]
    marks = [token(client) for client in clients]
    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(from_elsewhere, clients, marks, ["viewer"] * 8, ["wrong"] * 8))
    assert sorted(tried) == [401] * 3 + [429] * 5
    assert len(judged) == 3


def test_of_many_at_once_with_the_right_password_none_waits(app, monkeypatch):
    monkeypatch.setattr("geo_service.web.pages.auth.password_gate", Gate(12))
    clients = [app.test_client() for _ in range(6)]
    marks = [token(client) for client in clients]
    with ThreadPoolExecutor(6) as pool:
        tried = list(pool.map(from_elsewhere, clients, marks, ["viewer"] * 6, [PASSWORD] * 6))
    assert tried == [303] * 6


def test_signing_in_writes_twice_and_a_wrong_try_too(client, app):
    writes = []

    @event.listens_for(app.extensions["geo_service"].store.engine, "commit")
    def wrote(connection):
        if connection.get_execution_options().get("writes"):
            writes.append(1)

    counts = []
    for password in ("wrong password", PASSWORD, PASSWORD):  # the last one ends a session too
        sign_in(client, "viewer", password)
        counts.append(len(writes))
        writes.clear()
    assert counts == [2, 2, 2]  # the second tells how it ended


def test_a_login_ends_after_twelve_hours_of_use(client, clock):
    sign_in(client, "viewer")
    for _ in range(13):
        clock.pass_by(minutes=55)
        assert is_in(client)
    clock.pass_by(minutes=4)
    assert is_in(client)
    clock.pass_by(minutes=1)
    assert not is_in(client)


def test_a_new_password_ends_the_old_login(client, store):
    sign_in(client, "viewer")
    store.accounts.set_password("viewer", "scrypt$", AS_OF)
    assert not is_in(client)


def test_a_closed_account_is_out_at_once_and_stays_out(client, store):
    sign_in(client, "viewer")
    store.accounts.disable("viewer", AS_OF)
    assert not is_in(client)
    assert sign_in(client, "viewer").status_code == 401


def test_signing_in_begins_a_new_session(client):
    before = token(client)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        old = session["csrf_token"]
    sign_in(client, "viewer")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != old
    assert token(client) != before


def test_signing_out(client):
    sign_in(client, "viewer")
    answer = client.post("/sign-out", data={"csrf_token": token(client)})
    assert answer.headers["Location"] == "/"
    assert not is_in(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client):
    cookie = sign_in(client, "viewer").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_forged_session_is_nobody(client):
    client.set_cookie("geo_service", "eyJfdXNlcl9pZCI6IjEgYWRtaW4ifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbb")
    assert not is_in(client)


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-out",
        "/api/assignments",
        "/admin/refresh",
        "/admin/imports",
        "/admin/jobs/1/cancel",
    ],
)
def test_every_post_needs_the_token(as_role, path):
    client = as_role("admin")
    answer = client.post(
        path, data={"name": "admin", "password": PASSWORD}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    assert "重新打开页面" in answer.json["detail"]
    assert is_in(client)


def test_a_token_of_another_session_is_refused(app, as_role):
    foreign = token(app.test_client())
    answer = as_role("supervisor").post(
        "/api/assignments", json={}, headers={"X-CSRFToken": foreign}
    )
    assert answer.status_code == 400
    assert "重新打开页面" in answer.json["detail"]


BEGINS = {"crew-leader": "/crew", "inspector": "/coverage", "unit": "/casework"}
BEGINS |= {"supervisor": "/today", "office": "/today"}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_begins_on_its_own_page_and_returns_to_what_it_asked_for(client, role):
    page = BEGINS.get(role, "/")
    answer = sign_in(client, role, next="/")
    assert answer.headers["Location"] == page
    assert client.get(page).status_code == 200
    assert sign_in(client, role, next="/board").headers["Location"] == "/board"


@pytest.fixture
def secret(store, clock):
    """Return the secret of the office's authenticator."""
    made = secret_of(secrets.token_bytes)
    store.accounts.set_second("office", made, 0)
    return made


def type_code(client, code, **form):
    form |= {"code": code, "csrf_token": token(client)}
    return client.post("/sign-in/code", data=form, headers={"Accept": "text/html"})


def test_a_code_is_asked_beside_the_password_and_leads_to_the_page(client, clock, secret, store):
    answer = sign_in(client, "office", next="/areas/A1")
    assert answer.headers["Location"] == "/sign-in/code?next=/areas/A1"
    assert not is_in(client)
    assert 'name="code"' in client.get(answer.headers["Location"]).get_data(as_text=True)
    wrong = type_code(client, "abcdef")
    assert wrong.status_code == 401
    assert "动态口令不正确" in wrong.get_data(as_text=True)
    assert not is_in(client)
    code = pyotp.TOTP(secret).at(clock())
    answer = type_code(client, code, next="/areas/A1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/areas/A1")
    assert is_in(client)
    assert [one.action for one in store.audit.read()] == ["signed_in", "sign_in_failed"]
    assert secret not in client.get("/me").get_data(as_text=True)


def test_a_code_is_taken_once_and_not_without_the_password(app, clock, secret):
    code = pyotp.TOTP(secret).at(clock())
    client = app.test_client()
    assert type_code(client, code).headers["Location"].startswith("/sign-in?")
    sign_in(client, "office")
    assert type_code(client, code).headers["Location"] == "/today"
    again = app.test_client()
    sign_in(again, "office")
    assert type_code(again, code).status_code == 401
    assert not is_in(again)


def test_the_second_step_ends_and_its_wrong_codes_are_counted(client, clock, secret):
    sign_in(client, "office")
    clock.pass_by(minutes=5)
    answer = type_code(client, pyotp.TOTP(secret).at(clock()))
    assert answer.headers["Location"].startswith("/sign-in?")
    assert client.get("/sign-in/code").status_code == 303
    sign_in(client, "office")
    assert type_code(client, "abcdef").status_code == 401
    assert type_code(client, pyotp.TOTP(secret).at(clock())).status_code == 429
    # neither does the right password make the next code free
    assert sign_in(client, "office").status_code == 429
    clock.pass_by(seconds=30)
    assert type_code(client, pyotp.TOTP(secret).at(clock())).status_code == 303


def test_a_closed_account_gets_no_further_by_a_code(client, clock, secret, store):
    sign_in(client, "office")
    store.accounts.disable("office", clock())
    assert type_code(client, pyotp.TOTP(secret).at(clock())).status_code == 401
    assert not is_in(client)


def test_where_it_is_off_nobody_is_asked(app, client, secret):
    own = app.extensions["geo_service"]
    settings = replace(own.settings, second_factor="off")
    app.extensions["geo_service"] = replace(own, settings=settings)
    assert sign_in(client, "office").headers["Location"] == "/today"
