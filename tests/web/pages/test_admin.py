"""Keeping house: long work becomes a job."""

import pytest

from tests.web.conftest import token
from tests.web.pages.conftest import send

pytestmark = pytest.mark.usefixtures("spawned")


def test_a_refresh_is_a_job(admin, store, spawned, settings):
    assert send(admin, "/admin/refresh", as_of="2026-06-29").headers["Location"] == "/admin"
    job = store.jobs.latest()[0]
    assert (job.kind, job.args, job.actor) == ("refresh", {"as_of": "2026-06-29"}, "admin")
    assert spawned == [settings]


def test_progress_does_not_tell_where_files_lie(admin, store):
    send(admin, "/admin/refresh")
    job = store.jobs.latest()[0]
    store.jobs.progress(job.job_id, 5, 10, "reading")
    told = admin.get(f"/api/jobs/{job.job_id}").json
    assert (told["done"], told["total"], told["message"]) == (5, 10, "reading")
    assert "uploads" not in str(told)
    assert admin.get("/api/jobs/99").status_code == 404


def test_a_job_can_be_cancelled(admin, store):
    send(admin, "/admin/refresh")
    job = store.jobs.latest()[0]
    assert send(admin, f"/admin/jobs/{job.job_id}/cancel").status_code == 303
    assert store.jobs.get(job.job_id).state == "cancelled"


def test_each_is_led_to_what_he_may_keep(as_role):
    admin, office = (
        as_role(one).get("/admin").get_data(as_text=True) for one in ("admin", "office")
    )
    for page in ("/admin/people", "/admin/audit"):
        assert page in admin
        assert page not in office
    assert "/admin/crews" in office


def test_a_large_body_is_refused_where_no_file_is_expected(admin):
    body = b"x" * (2 * 1024 * 1024)
    answer = admin.post(
        "/api/assignments",
        data=body,
        headers={"X-CSRFToken": token(admin)},
        content_type="application/json",
    )
    assert answer.status_code in (400, 413)
