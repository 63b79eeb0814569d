"""What a page shows of a file is what is kept of it."""

from datetime import UTC, datetime

import pytest

from geo_service import flow
from geo_service.terms import BadInput, BadUse

NOW = datetime(2026, 6, 29, tzinfo=UTC)
SZCG = """六月台账
任务号,小类名称,上报时间,X坐标,Y坐标
1,暴露垃圾,2026-06-01 09:00,103.8,36.06
2,,昨天,,
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(SZCG, "gb18030")
    return path


def test_what_is_shown_is_kept(store, path):
    before = store.fingerprint()
    seen = flow.preview(store, path, "reports", {}, now=NOW)
    assert (seen.preset, seen.found.layout.header_row, seen.read) == ("szcg", 2, 2)
    assert store.fingerprint() == before
    how = {"preset": seen.preset, "header_row": "2", "encoding": seen.found.layout.encoding}
    done = flow.import_handed(store, path, "reports", how, now=NOW, name="a.csv")
    assert (done.accepted, done.rejected) == (seen.kept, seen.rejected) == (1, 1)
    kept = store.reports.read(["report_id", "lon", "category"])
    assert kept.to_dict("records") == seen.rows[["report_id", "lon", "category"]].to_dict("records")


def test_why_it_cannot_be_read_hides_not_what_was_found(store, path):
    seen = flow.preview(store, path, "reports", {"preset": ""}, now=NOW)
    assert isinstance(seen.error, BadInput)
    assert "上报时间" in seen.found.columns
    seen = flow.preview(store, path, "reports", {"encoding": "no such"}, now=NOW)
    assert (isinstance(seen.error, BadInput), seen.found.columns) == (True, ())


def test_a_table_that_is_none_is_refused(store, path):
    with pytest.raises(BadUse):
        flow.preview(store, path, "accounts", {}, now=NOW)
    with pytest.raises(BadUse):
        flow.import_handed(store, path, "accounts", {}, now=NOW, name="a.csv")


def test_where_the_first_rows_lie_is_shown_with_what_is_wrong(store, tmp_path):
    desk = [f"{n},暴露垃圾,2026-06-0{n % 9 + 1} 09:00,103.8,36.06" for n in range(100, 400)]
    rows = ["1,暴露垃圾,2026-06-01 09:00,103.81,36.05", "2,暴露垃圾,昨天,103.82,36.05", *desk]
    spread = [f"{n},非法小广告,2026-06-01 09:00,103.8{n},36.0{n}" for n in range(500, 700)]
    path = tmp_path / "a.csv"
    text = "\n".join(["任务号,小类名称,上报时间,X坐标,Y坐标", *rows, *spread])
    path.write_text(text + "\n", "gb18030")
    places = flow.preview(store, path, "reports", {}, now=NOW).places.set_index("told")
    assert places.loc["1", "state"] == "kept"
    assert places.loc["100", "state"] == "doubted"
    assert places.loc["3", ["state", "reason"]].tolist() == ["rejected", "intake.bad_date"]
    assert places.loc["3"].geometry.x == pytest.approx(103.82)
    assert len(places) == 21
