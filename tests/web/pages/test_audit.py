"""The page of what was done with the house: for admin alone."""

import csv
import io
import json
import re
from datetime import UTC, datetime

from tests.web.conftest import PASSWORD, sign_in
from tests.web.pages.conftest import send


def actions(client, query=""):
    page = client.get(f"/admin/audit?{query}").get_data(as_text=True)
    return re.findall(r'data-action="(\w+)"', page)


def test_who_signed_in_failed_and_exported_is_told_latest_first(as_role, client, store):
    sign_in(client, "viewer", "a wrong password")
    admin = as_role("admin")
    admin.get("/exports/areas.csv?kind=market")
    assert actions(admin) == ["exported", "signed_in", "sign_in_failed"]
    exported, _, failed = store.audit.read()
    assert (exported.actor, exported.subject) == ("admin", "areas.csv")
    assert exported.after == {"kind": "market"}
    assert (failed.actor, failed.subject, failed.address) == ("-", "viewer", "127.0.0.1")


def test_a_new_password_is_told_without_it(as_role, store):
    office = as_role("office")
    new = "a quite new long secret"
    send(office, "/me/password", old=PASSWORD, new=new)
    assert store.audit.read()[0].action == "changed_password"
    assert new not in str(store.audit.read())


def test_by_whom_and_until_when(as_role):
    admin = as_role("admin")
    assert actions(admin, "actor=nobody") == []
    assert actions(admin, "actor=admin") == ["signed_in"]
    assert actions(admin, "to=2001-01-01") == []
    assert admin.get("/admin/audit?from=soon").status_code == 400


def test_it_is_downloaded_and_that_is_told(as_role, store):
    admin = as_role("admin")
    lines = admin.get("/admin/audit.csv").get_data(as_text=True).splitlines()
    assert lines[0].startswith("number,at,actor,action,subject")
    assert "exported" in lines[1]
    assert store.audit.read()[0].subject == "audit.csv"


def test_nobody_else_reads_it(as_role):
    for role in ("office", "supervisor", "viewer"):
        assert as_role(role).get("/admin/audit").status_code == 403
        assert as_role(role).get("/admin/audit.csv").status_code == 403


def test_what_changed_is_written_as_json(admin, store):
    was, then = {"name": "甲", "days": None}, {"name": "乙", "days": 5}
    at = datetime(2026, 6, 1, tzinfo=UTC)
    store.audit.add("changed_crew", actor="root", at=at, before=was, after=then)
    page = admin.get("/admin/audit.csv?actor=root").get_data(as_text=True).removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(page))
    assert (json.loads(row["before"]), json.loads(row["after"])) == (was, then)
