"""Imports are listed, and taken back by their number."""

ROWS = "report_id,category,reported_at,lon,lat\n1,D01,2026-06-01,103.8,36.06\n"


def test_an_import_is_listed_and_undone(run, tmp_path):
    (tmp_path / "a.csv").write_text(ROWS, encoding="utf-8")
    run("reports", "import", "a.csv")
    run("reports", "import", "a.csv", "--dry-run")
    (one,) = run("imports", "list", "--format", "json").json
    told = [one[name] for name in ("kind", "file", "state", "accepted")]
    assert told == ["reports", "a.csv", "done", 1]
    assert "refresh" in run("imports", "undo", one["import_id"]).out
    (one,) = run("imports", "list", "--format", "json").json
    assert one["state"] == "undone"
    again = run("imports", "undo", one["import_id"])
    assert (again.code, str(one["import_id"]) in again.err) == (1, True)
