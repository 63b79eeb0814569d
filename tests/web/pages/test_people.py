"""People who may sign in, kept by the administrator."""

import re

from tests.web.conftest import sign_in
from tests.web.pages.conftest import send


def made(answer):
    page = answer.get_data(as_text=True)
    return re.search(r'data-testid="password"><code>([^<]+)', page).group(1)


def test_an_account_with_a_password_shown_once(admin, app, store):
    answer = send(admin, "/admin/people", name="wang", role="crew-leader", crew_id="C1")
    password = made(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert password not in admin.get("/admin/people").get_data(as_text=True)
    assert sign_in(app.test_client(), "wang", password).status_code == 303
    last = store.audit.read(actor="admin")[0]
    assert (last.action, last.subject, last.after["crew_id"]) == ("added_person", "wang", "C1")
    assert password not in str(store.audit.read())


def test_a_leader_needs_a_crew_and_a_clerk_a_unit_that_there_are(admin, store):
    assert send(admin, "/admin/people", name="a", role="crew-leader").status_code == 422
    assert send(admin, "/admin/people", name="a", role="unit").status_code == 422
    assert send(admin, "/admin/people", name="a", role="unit", unit_id="U9").status_code == 404
    assert send(admin, "/admin/people", name="a", role="king").status_code == 422
    assert send(admin, "/admin/people", name="", role="office").status_code == 422
    assert send(admin, "/admin/people", name="office", role="office").status_code == 409
    assert store.accounts.get("a") is None


def test_another_role_acts_at_once(admin, as_role, store):
    viewer = as_role("viewer")
    assert viewer.get("/admin").status_code == 403
    assert send(admin, "/admin/people/viewer/change", role="office").status_code == 303
    assert viewer.get("/admin").status_code == 200
    last = store.audit.read()[0]
    assert (last.before, last.after) == ({"role": "viewer"}, {"role": "office"})


def test_who_is_disabled_is_out_and_may_come_back(admin, as_role, client, store):
    viewer = as_role("viewer")
    send(admin, "/admin/people/viewer/disable")
    assert viewer.get("/api/periods").status_code == 401
    assert sign_in(client, "viewer").status_code == 401
    send(admin, "/admin/people/viewer/enable")
    assert not store.accounts.get("viewer").disabled


def test_a_new_password_ends_the_old_one(admin, app, as_role):
    viewer = as_role("viewer")
    password = made(send(admin, "/admin/people/viewer/password"))
    assert viewer.get("/api/periods").status_code == 401
    assert sign_in(app.test_client(), "viewer").status_code == 401
    assert sign_in(app.test_client(), "viewer", password).status_code == 303


def test_nobody_locks_himself_out(admin):
    for action in ("disable", "password", "change"):
        answer = send(admin, f"/admin/people/admin/{action}", role="viewer")
        assert answer.status_code == 409
    assert send(admin, "/admin/people/nobody/disable").status_code == 404


def test_nobody_else_sees_people(as_role):
    assert as_role("office").get("/admin/people").status_code == 403
    assert send(as_role("office"), "/admin/people/viewer/disable").status_code == 403


def test_a_lost_authenticator_is_taken_away_and_its_sessions_end(admin, as_role, store, clock):
    office = as_role("office")
    store.accounts.set_second("office", "A" * 32, 1)
    assert "/admin/people/office/second-factor" in admin.get("/admin/people").text
    assert "A" * 32 not in admin.get("/admin/people").text
    assert send(admin, "/admin/people/office/second-factor").status_code == 303
    assert store.accounts.get("office").second_secret is None
    assert office.get("/api/periods").status_code == 401
    assert store.audit.read()[0].action == "removed_second_factor"
    assert send(admin, "/admin/people/admin/second-factor").status_code == 409
    assert "/admin/people/office/second-factor" not in admin.get("/admin/people").text
