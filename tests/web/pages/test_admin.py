"""Keeping house: long work becomes a job."""

import io
from pathlib import Path

import pytest

from tests.web.conftest import token


@pytest.fixture(autouse=True)
def spawned(monkeypatch):
    """Start no process; tell for which settings one would have been."""
    calls = []
    monkeypatch.setattr("geo_service.flow.jobs.spawn_worker", calls.append)
    return calls


@pytest.fixture
def admin(as_role):
    return as_role("admin")


def send(client, path, **form):
    form["csrf_token"] = token(client)
    return client.post(path, data=form, content_type="multipart/form-data")


def test_a_refresh_is_a_job(admin, store, spawned, settings):
    assert send(admin, "/admin/refresh", as_of="2026-06-29").headers["Location"] == "/admin"
    job = store.jobs.latest()[0]
    assert (job.kind, job.args, job.actor) == ("refresh", {"as_of": "2026-06-29"}, "admin")
    assert spawned == [settings]


def test_an_upload_is_kept_under_a_name_of_ours_and_becomes_a_job(admin, store, tmp_path):
    file = (io.BytesIO(b"report_id\n1\n"), "../../etc/上报.CSV.GZ")
    assert send(admin, "/admin/imports", table="reports", file=file).status_code == 303
    args = store.jobs.latest()[0].args
    path = Path(args["path"])
    assert path.parent == tmp_path / "uploads"
    assert path.name.endswith(".csv.gz")
    assert path.read_bytes() == b"report_id\n1\n"
    assert args["table"] == "reports"


@pytest.mark.parametrize(
    "form",
    [
        {"table": "accounts", "file": (io.BytesIO(b"x"), "a.csv")},
        {"table": "reports", "file": (io.BytesIO(b"x"), "a.exe")},
        {"table": "reports"},
    ],
)
def test_what_cannot_be_read_in_is_refused(admin, store, form):
    assert send(admin, "/admin/imports", **form).status_code == 400
    assert store.jobs.latest() == []


def test_the_form_says_how_a_file_is_to_be_read(admin, store):
    page = admin.get("/admin").get_data(as_text=True)
    assert 'value="szcg"' in page
    assert 'value="alley"' in page
    how = {"preset": "szcg", "kind": "alley", "crs": " EPSG:4547 "}
    send(admin, "/admin/imports", table="reports", file=(io.BytesIO(b"x"), "a.csv"), **how)
    send(admin, "/admin/imports", table="areas", file=(io.BytesIO(b"x"), "a.json"), **how)
    send(admin, "/admin/imports", table="crews", file=(io.BytesIO(b"x"), "a.csv"), **how)
    crews, areas, reports = (job.args for job in store.jobs.latest())
    assert {name: reports.get(name) for name in how} == how | {"kind": None, "crs": "EPSG:4547"}
    assert {name: areas.get(name) for name in how} == how | {"preset": None, "crs": "EPSG:4547"}
    assert not crews.keys() & how.keys()


@pytest.mark.parametrize(("table", "name"), [("reports", "preset"), ("areas", "kind")])
def test_a_preset_or_kind_that_does_not_exist_is_named(admin, store, tmp_path, table, name):
    form = {"table": table, "file": (io.BytesIO(b"x"), "a.csv"), name: "../x"}
    assert send(admin, "/admin/imports", **form).status_code == 400
    assert store.jobs.latest() == []
    assert not (tmp_path / "uploads").exists()


def test_a_file_whose_job_never_began_is_taken_away(admin, store):
    send(admin, "/admin/imports", table="reports", file=(io.BytesIO(b"x"), "a.csv"))
    job = store.jobs.latest()[0]
    send(admin, f"/admin/jobs/{job.job_id}/cancel")
    assert not Path(job.args["path"]).exists()
    send(admin, "/admin/imports", table="reports", file=(io.BytesIO(b"x"), "a.csv"))
    job = store.jobs.claim("worker", job.submitted_at)
    send(admin, f"/admin/jobs/{job.job_id}/cancel")
    assert Path(job.args["path"]).exists(), "who reads it takes it away"


def test_progress_does_not_tell_where_files_lie(admin, store):
    send(admin, "/admin/imports", table="reports", file=(io.BytesIO(b"x"), "a.csv"))
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


def test_only_the_administrator_sees_people(as_role):
    assert "crew-leader" in as_role("admin").get("/admin").get_data(as_text=True)
    assert "crew-leader" not in as_role("office").get("/admin").get_data(as_text=True)


def test_a_large_body_is_refused_where_no_file_is_expected(admin):
    body = b"x" * (2 * 1024 * 1024)
    answer = admin.post(
        "/api/assignments",
        data=body,
        headers={"X-CSRFToken": token(admin)},
        content_type="application/json",
    )
    assert answer.status_code in (400, 413)
