"""My account: where one is signed in, and the own password."""

import re
from dataclasses import replace

import pyotp

from tests.web.conftest import PASSWORD, sign_in, token

NEW = "a horse of another colour"


def is_in(client):
    return client.get("/api/periods").status_code == 200


def change(client, old, new):
    form = {"old": old, "new": new, "csrf_token": token(client)}
    return client.post("/me/password", data=form, headers={"Accept": "text/html"})


def test_the_page_shows_the_own_sessions_alone(as_role):
    first, second = as_role("viewer"), as_role("viewer")
    as_role("admin")
    page = second.get("/me").get_data(as_text=True)
    assert page.count('data-testid="session"') == 2
    assert page.count("· 当前") == 1
    assert "127.0.0.1" in page
    assert 'href="/me"' in first.get("/").get_data(as_text=True)


def test_one_signs_out_elsewhere(as_role):
    here, there, other = as_role("viewer"), as_role("viewer"), as_role("admin")
    answer = here.post("/me/sessions", data={"csrf_token": token(here)})
    assert answer.headers["Location"] == "/me"
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)
    assert "其他登录已全部退出" in here.get("/me").get_data(as_text=True)


def test_a_new_password_of_ones_own(as_role, app):
    here, there = as_role("viewer"), as_role("viewer")
    assert change(here, PASSWORD, NEW).headers["Location"] == "/me"
    assert (is_in(here), is_in(there)) == (True, False)
    assert sign_in(app.test_client(), "viewer").status_code == 401
    assert sign_in(app.test_client(), "viewer", NEW).status_code == 303


def test_the_old_password_is_asked_and_tries_are_counted(as_role):
    client = as_role("viewer")
    answer = change(client, "wrong password", NEW)
    assert answer.status_code == 422
    assert "原密码不正确" in answer.get_data(as_text=True)
    for _ in range(2):
        change(client, "wrong password", NEW)
    assert change(client, PASSWORD, NEW).status_code == 429


def test_a_short_one_is_refused_with_a_sentence(as_role):
    client = as_role("viewer")
    answer = change(client, PASSWORD, "short")
    assert answer.status_code == 422
    assert "至少需要" in answer.get_data(as_text=True)
    assert is_in(client)


def enrol(client):
    form = {"csrf_token": token(client, "/me")}
    page = client.post("/me/second-factor", data=form)
    assert page.headers["Cache-Control"] == "no-store"
    (secret,) = re.findall(r'"second-secret">(\w+)<', page.get_data(as_text=True))
    assert f"secret={secret}" in page.get_data(as_text=True)
    return secret


def confirm(client, code):
    form = {"code": code, "csrf_token": token(client, "/me")}
    return client.post("/me/second-factor/confirm", data=form)


def test_an_authenticator_is_set_up_by_a_code_of_its_secret(as_role, app, clock, store):
    office = as_role("office")
    secret = enrol(office)
    assert store.accounts.get("office").second_secret is None
    wrong = confirm(office, "abcdef")
    assert wrong.status_code == 422
    assert secret in wrong.get_data(as_text=True)
    assert store.accounts.get("office").second_secret is None
    code = pyotp.TOTP(secret).at(clock())
    assert confirm(office, code).status_code == 303
    assert store.accounts.get("office").second_secret == secret
    assert secret not in repr(store.accounts.get("office"))
    assert store.audit.read()[0].action == "added_second_factor"
    page = office.get("/me").get_data(as_text=True)
    assert "已启用" in page
    assert secret not in page
    form = {"csrf_token": token(office, "/me")}
    assert office.post("/me/second-factor", data=form).status_code == 409
    other = app.test_client()
    assert sign_in(other, "office").headers["Location"].startswith("/sign-in/code")
    form = {"code": code, "csrf_token": token(other)}
    assert other.post("/sign-in/code", data=form).status_code == 401, "it was taken on /me"


def test_without_a_secret_there_is_nothing_to_confirm(as_role):
    assert confirm(as_role("office"), "123456").headers["Location"] == "/me"


def test_who_works_outside_has_none(as_role):
    for role in ("viewer", "supervisor", "inspector", "crew-leader", "unit"):
        client = as_role(role)
        assert "second-add" not in client.get("/me").get_data(as_text=True)
        form = {"csrf_token": token(client, "/me")}
        assert client.post("/me/second-factor", data=form).status_code == 403


def test_where_it_is_required_all_else_waits(app, as_role, clock):
    own = app.extensions["geo_service"]
    settings = replace(own.settings, second_factor="required")
    app.extensions["geo_service"] = replace(own, settings=settings)
    client = app.test_client()
    assert sign_in(client, "office").headers["Location"] == "/me"
    assert client.get("/casework").status_code == 403
    assert client.get("/api/cases").status_code == 403
    confirm(client, pyotp.TOTP(enrol(client)).at(clock()))
    assert client.get("/casework").status_code == 200
    assert as_role("supervisor").get("/casework").status_code == 200


def test_where_it_is_off_there_is_none(app, as_role):
    own = app.extensions["geo_service"]
    settings = replace(own.settings, second_factor="off")
    app.extensions["geo_service"] = replace(own, settings=settings)
    client = as_role("admin")
    assert "second-factor" not in client.get("/me").get_data(as_text=True)
    form = {"csrf_token": token(client, "/me")}
    assert client.post("/me/second-factor", data=form).status_code == 409
