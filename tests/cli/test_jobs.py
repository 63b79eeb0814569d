import pytest

from geo_service import flow
from tests.flow.city import CREWS, NOW, ROWS, row, write_areas, write_reports


def submit(store, kind, **args):
    return store.jobs.submit(kind, args, "boss", NOW)


def test_a_refresh_that_was_asked_for_is_done(run, city, store):
    job = submit(store, "refresh", as_of="2026-03-10")
    assert run("jobs", "work").code == 0
    done = store.jobs.get(job)
    assert (done.state, done.result) == ("done", {"run_id": "2"})
    assert store.cases.read()["case_id"].tolist() == ["1"]
    assert "refresh" in run("jobs", "list").out


@pytest.mark.parametrize(
    ("table", "counts"),
    [("reports", (8, 7, 1)), ("areas", (4, 4, 0)), ("crews", (2, 2, 0)), ("visits", (2, 1, 1))],
)
def test_a_file_that_was_handed_in_is_imported_and_taken_away(run, tmp_path, store, table, counts):
    path = {
        "reports": lambda: write_reports(tmp_path, [*ROWS, row("x", "gestern")]),
        "areas": lambda: write_areas(tmp_path),
        "crews": lambda: tmp_path / "crews.csv",
        "visits": lambda: tmp_path / "visits.csv",
    }[table]()
    if table == "crews":
        path.write_text(CREWS, "utf-8")
    if table == "visits":
        flow.import_areas(store, write_areas(tmp_path))
        path.write_text("area_id,started_at\nA1,2026-03-03 09:00\nmoon,2026-03-03 09:00\n", "utf-8")
    job = submit(store, "import", path=str(path), name="theirs.csv", table=table)
    run("jobs", "work")
    done = store.jobs.get(job)
    assert done.state == "done"
    result = done.result
    assert (result["read"], result["accepted"], result["rejected"]) == counts
    assert not path.exists()
    if table == "reports":
        # rejects bear the name that the person knows, not that of the copy
        assert [row["file"] for row in store.rejects.read()] == ["theirs.csv"]


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("refresh", {}),
        ("import", {"path": "missing.csv", "name": "missing.csv", "table": "reports"}),
        ("import", {"path": "missing.csv", "name": "missing.csv", "table": "moons"}),
    ],
)
def test_a_job_that_cannot_be_done_fails_with_a_sentence_and_the_next_is_done(
    run, tmp_path, store, kind, args
):
    bad = submit(store, kind, **args)
    path = write_reports(tmp_path)
    good = submit(store, "import", path=str(path), name="r.csv", table="reports")
    assert run("jobs", "work").code == 0
    failed = store.jobs.get(bad)
    assert failed.state == "failed"
    assert "Traceback" not in str(failed.message)
    assert store.jobs.get(good).state == "done"
    assert store.reports.count() == 7


def test_without_jobs_the_worker_ends_at_once(run):
    got = run("jobs", "work")
    assert (got.code, got.out) == (0, "")
