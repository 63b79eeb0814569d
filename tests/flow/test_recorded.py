"""What an import did is kept with it, and it can be taken back whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service import flow, intake
from geo_service.terms import BadInput, Conflict, NotFound

NOW = datetime(2026, 6, 29, tzinfo=UTC)
HEAD = "report_id,category,reported_at,lon,lat,status,closed_at,reporter_phone\n"
ONE = HEAD + "1,D01,2026-06-01 09:00,103.80,36.06,,,110\n2,D01,2026-06-02 09:00,103.81,36.06,,,\n"
TWO = (
    HEAD + "1,D01,2026-06-01 09:00,103.80,36.06,closed,2026-06-03 09:00,\n"
    "3,Z9,2026-06-04,,,odd,,\n4,,,,,,,\n"
)


def take(store, folder, text, name="a.csv", now=NOW, **more):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    keep = partial(flow.import_reports, store, path, intake.ImportOptions(), now=now)
    return flow.recorded(store, "reports", name, keep, now=now, **more)


def known(store):
    columns = ["report_id", "category", "closed_at", "lon", "status"]
    rows = store.reports.read(columns).astype(str).to_dict("records")
    return rows, store.reporters.of([row["report_id"] for row in rows])


def test_what_became_of_a_file_is_kept_with_its_name_and_sender(store, tmp_path):
    noted = store.imports.add("reports", "a.csv", "wang", NOW, {"preset": "szcg"})
    take(store, tmp_path, ONE, import_id=noted)
    take(store, tmp_path, TWO, "b.csv")
    second, first = store.imports.list()
    assert noted == first.import_id
    assert (first.file, first.kind, first.actor, first.at) == ("a.csv", "reports", "wang", NOW)
    assert first.told["options"] == {"preset": "szcg"}
    assert [getattr(second, name) for name in flow.COUNTS] == [3, 1, 1, 0, 1]
    assert sum(second.told["reasons"].values()) == 1
    assert second.told["unknown"] == {"status": {"odd": 1}, "category": {"Z9": 1}}


def test_what_failed_says_why_in_both_languages(store, tmp_path):
    with pytest.raises(BadInput):
        take(store, tmp_path, "a,b\n1,2\n")
    (failed,) = store.imports.list()
    assert failed.state == "failed"
    assert failed.told["error"] != failed.told["error_zh"]
    with pytest.raises(Conflict):
        flow.undo(store, failed.import_id)
    with pytest.raises(NotFound):
        flow.undo(store, 99)


def test_a_mistake_of_the_program_does_not_leave_an_import_running(store):
    def broken(record):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        flow.recorded(store, "reports", "a.csv", broken, now=NOW)
    assert [one.state for one in store.imports.list()] == ["failed"]


def test_undone_the_store_is_as_it_was(store, tmp_path):
    take(store, tmp_path, ONE)
    flow.refresh(store, now=NOW + timedelta(days=1))
    before, cases = known(store), store.cases.read()
    take(store, tmp_path, TWO, "b.csv")
    flow.refresh(store, now=NOW + timedelta(days=1))
    assert known(store) != before
    assert "Z9" in set(store.words.categories()["code"])
    first, second = (one.import_id for one in store.imports.list()[::-1])
    with pytest.raises(Conflict) as refused:
        flow.undo(store, first)
    assert str(second) in refused.value.say("zh")
    flow.undo(store, second)
    assert known(store) == before
    assert store.rejects.read() == []
    assert "Z9" not in set(store.words.categories()["code"])
    flow.refresh(store, now=NOW + timedelta(days=1))
    pd.testing.assert_frame_equal(store.cases.read(), cases)
    assert [one.state for one in store.imports.list()] == ["undone", "done"]
    with pytest.raises(Conflict):
        flow.undo(store, second)
    flow.undo(store, first)
    assert (store.reports.count(), len(store.cases.read()), store.runs.latest()) == (0, 0, None)
    take(store, tmp_path, ONE)
    flow.refresh(store, now=NOW + timedelta(days=1))
    pd.testing.assert_frame_equal(store.cases.read(), cases)


def test_points_are_judged_anew_by_what_stays(store, tmp_path):
    row = "{0},D01,2026-06-01 09:00,{1:.4f},36.06,西津路{2}号\n".format
    head = "report_id,category,reported_at,lon,lat,address\n"
    own = [row(f"own{n}", 103.7 + n / 5000, n) for n in range(300)]
    desk = [row(f"desk{n}", 103.8051, 3 * n + 1) for n in range(30)]
    take(store, tmp_path, head + "".join(own))
    take(store, tmp_path, head + "".join(desk), "b.csv")
    flow.refresh(store, now=NOW)
    district = store.district.get()
    assert len(district.fallbacks) + len(district.suspects) == 1
    flow.undo(store, 2)
    district = store.district.get()
    assert not district.fallbacks
    assert not district.suspects


def test_what_people_built_on_is_not_taken_from_under_them(store, tmp_path):
    take(store, tmp_path, ONE + "9,D01,2026-06-05 09:00,,,,,\n")
    as_of = NOW + timedelta(days=1)
    flow.place(store, "9", 103.80, 36.06, by="wang", now=as_of, as_of=as_of)
    before = store.fingerprint()
    with pytest.raises(Conflict) as refused:
        flow.undo(store, 1)
    assert "9" in refused.value.say("zh")
    assert store.fingerprint() == before


def test_areas_are_taken_back_too(store, tmp_path):
    def areas(names):
        at = [103.8 + i / 100 for i in range(len(names))]
        shapes = [shapely.box(lon, 36, lon + 0.001, 36.01) for lon in at]
        ids = [f"A{i}" for i in range(len(names))]
        columns = {"area_id": ids, "name": names, "kind": "alley"}
        frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)
        path = tmp_path / "a.geojson"
        frame.to_file(path)
        keep = lambda record: flow.import_areas(store, path, record=record)[0]  # noqa: E731
        return flow.recorded(store, "areas", path.name, keep, now=NOW)

    areas(["旧"])
    version = store.areas.version()
    areas(["新", "二"])
    flow.undo(store, 2)
    assert store.areas.read()["name"].tolist() == ["旧"]
    assert store.areas.version() > version + 1
    flow.undo(store, 1)
    assert store.areas.read().empty


def test_what_a_strange_word_may_mean_is_suggested(store):
    words = ["已经结案", "Closd", "qqqq"]
    assert flow.suggested(store, "status", words) == {"已经结案": "verified", "Closd": "verified"}
    names = store.words.categories().set_index("code")["name_zh"]
    found = flow.suggested(store, "category", [f"{names['D01']}等", "zzzz"])
    assert found == {f"{names['D01']}等": "D01"}


def test_who_reported_goes_with_the_import_that_brought_it(store, tmp_path):
    take(store, tmp_path, ONE)
    take(store, tmp_path, ONE.replace(",110\n", ",120\n"), "b.csv")
    assert store.reporters.of(["1", "2"])["1"]["reporter_phone"] == "120"
    for import_id in (1, 2):
        assert "reporter_phone" not in store.imports.before(import_id)
    flow.undo(store, 2)
    assert store.reporters.of(["1", "2"]) == {}
    take(store, tmp_path, ONE, "c.csv")
    assert set(store.reporters.of(["1", "2"])) == {"1"}
    for import_id in (3, 1):
        flow.undo(store, import_id)
    assert store.reporters.of(["1", "2"]) == {}
    assert store.reports.count() == 0
