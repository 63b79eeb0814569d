"""My account: where one is signed in, and the own password."""

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
