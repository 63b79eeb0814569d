"""A file comes in by a page, which tells what became of it."""

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from geo_service import flow
from geo_service.cli.context import Context
from geo_service.cli.jobs import handlers
from tests.web.conftest import FORMULA, NASTY, token

ROWS = """编号,问题类别,上报时间,lon,lat,状态,report_id,category,reported_at,status
1,,,103.702,36.002,,K1,D01,2026-06-20 09:00,已经结案
2,,,103.702,36.002,,K2,Q77,2026-06-21 09:00,
3,,,103.702,36.002,,K3,D01,2031-06-21 09:00,
4,=cmd(),,103.702,36.002,,<script>alert(1)</script>,D01,gestern,
"""


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


def take(client, store, clock, text=ROWS, name="台账.csv", table="reports", **how):
    """Hand a file in, let the worker read it, and return the page that tells of it."""
    file = (io.BytesIO(text.encode()), name)
    answer = send(client, "/admin/imports", table=table, file=file, **how)
    assert answer.status_code == 303
    flow.jobs.work(store, handlers(Context({}, now=clock)), clock)
    return answer.headers["Location"]


def number(page, name):
    return int(page.split(f'data-testid="{name}">')[1].split("<")[0].replace(",", ""))


def state(page):
    return page.split('data-testid="import-state" data-state="')[1].split('"')[0]


def test_a_partly_taken_file_says_what_became_of_each_row(admin, store, clock):
    place = take(admin, store, clock)
    page = admin.get(place).get_data(as_text=True)
    counts = [number(page, name) for name in flow.COUNTS]
    assert counts == [4, 2, 0, 0, 2]
    assert state(page) == "partly"
    assert page.count('data-testid="reject-row"') == 2
    assert page.count('data-testid="reason"') == 2
    assert "已经结案" in page
    assert "结案" in page.split('data-testid="unknown-status"')[1].split("</tr>")[0]
    assert "Q77" in page.split('data-testid="unknown-category"')[1].split("</tr>")[0]
    assert NASTY not in page
    for path in ("/admin/imports", "/admin"):
        assert 'data-state="partly"' in admin.get(path).get_data(as_text=True)
        assert 'data-state="done"' not in admin.get(path).get_data(as_text=True)


def test_the_rejected_rows_come_back_as_they_were_and_can_be_mended(admin, store, clock):
    place = take(admin, store, clock)
    sheet = admin.get(f"{place}/rejects.xlsx").get_data()
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True))
    assert list(rows[0]) == [*ROWS.splitlines()[0].split(","), "原因"]
    assert [row[0] for row in rows[1:]] == ["3", "4"]
    assert rows[2][1] == f"'{FORMULA}"
    assert "2031" in rows[1][-1]
    mended = admin.get(f"{place}/rejects.csv?lang=en").get_data(as_text=True)
    mended = mended.replace("2031-", "2026-").replace("gestern", "2026-06-22 10:00")
    again = take(admin, store, clock, mended, "台账-rejects.csv")
    page = admin.get(again).get_data(as_text=True)
    assert (state(page), number(page, "accepted"), number(page, "rejected")) == ("done", 2, 0)
    assert "reject-row" not in admin.get(place).get_data(as_text=True)
    assert admin.get(f"{place}/rejects.pdf").status_code == 404


@pytest.mark.parametrize(
    ("text", "how"), [("a,b\n1,2\n", {}), ("a,b\n1,2\n", {"preset": "szcg"}), ("", {})]
)
def test_what_failed_is_red_and_says_why_in_the_reader_s_language(admin, store, clock, text, how):
    place = take(admin, store, clock, text, **how)
    pages = [admin.get(f"{place}?lang={lang}").get_data(as_text=True) for lang in ("zh", "en")]
    assert [state(page) for page in pages] == ["failed", "failed"]
    said = [page.split('data-testid="import-error">')[1].split("<")[0] for page in pages]
    assert said[0] != said[1]
    assert 'data-testid="undo"' not in pages[0]


def test_a_file_of_nothing_but_rejects_failed(admin, store, clock):
    text = "report_id,category,reported_at\n1,D01,gestern\n"
    page = admin.get(take(admin, store, clock, text)).get_data(as_text=True)
    assert (state(page), number(page, "rejected")) == ("failed", 1)
    assert 'data-state="failed"' in admin.get("/admin").get_data(as_text=True)


def test_it_is_taken_back_and_what_stands_in_the_way_is_said(admin, store, clock):
    before = set(store.reports.read(["report_id"])["report_id"])
    first = take(admin, store, clock)
    clock.pass_by(minutes=1)
    later = ROWS.replace("已经结案", "结案")
    second = take(admin, store, clock, later, "later.csv")
    refused = send(admin, f"{first}/undo")
    assert refused.status_code == 409
    assert second.rpartition("/")[2] in refused.get_data(as_text=True)
    for place in (second, first):
        assert send(admin, f"{place}/undo").headers["Location"] == place
        assert state(admin.get(place).get_data(as_text=True)) == "undone"
    assert set(store.reports.read(["report_id"])["report_id"]) == before
    assert store.jobs.latest()[0].kind == "refresh"


def test_while_it_waits_the_page_follows_its_job(admin, store):
    file = (io.BytesIO(ROWS.encode()), "a.csv")
    place = send(admin, "/admin/imports", table="reports", file=file).headers["Location"]
    page = admin.get(place).get_data(as_text=True)
    job = store.jobs.latest()[0]
    assert state(page) == "queued"
    assert f'data-job="{job.job_id}"' in page
    store.jobs.claim("worker", job.submitted_at)
    store.jobs.finish(job.job_id, "failed", {"error": "killed"}, job.submitted_at + timedelta(1))
    page = admin.get(place).get_data(as_text=True)
    assert state(page) == "failed"
    assert "import-error" in page


def test_only_who_may_import_sees_imports(as_role, admin, store, clock):
    place = take(admin, store, clock)
    for path in ("/admin/imports", place, f"{place}/rejects.xlsx"):
        assert as_role("supervisor").get(path).status_code == 403
        assert as_role("office").get(path).status_code == 200
    assert admin.get("/admin/imports/99").status_code == 404


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
    page = admin.get("/admin/imports").get_data(as_text=True)
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
