from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point

from geo_service.store import copy_store, copying, open_store
from geo_service.terms import BadUse, Busy, Conflict, NotReady
from tests.store.samples import NOW, many, reports, run


@pytest.fixture
def full(store, areas):
    """A store that holds something of everything, empty fields and odd letters too."""
    store.areas.upsert(areas)
    shapes = {"name": ["黄河", None], "kind": ["river", "tower"]}
    line = LineString([(0, 0), (1, 1)])
    store.ground.replace(gpd.GeoDataFrame(shapes, geometry=[line, Point(1, 2)], crs="EPSG:4326"))
    odd = reports(
        {"report_id": "甲", "address": 'a "quoted",\r\nand\\N split', "lon": None, "lat": None},
        {"report_id": "é", "address": "", "description": "\\.", "lon": 0.1 + 0.2, "lat": -0.0},
        {"report_id": "z", "status": "", "closed_at": "2026-06-02", "is_duplicate": True},
    )
    store.reports.upsert(odd, "奇.csv")
    with store.transaction() as connection:  # nothing, and nothing known, are two things
        connection.exec_driver_sql("UPDATE reports SET status = '' WHERE report_id = 'z'")
    table = many(30)
    store.reports.upsert(table)
    store.reports.set_places(
        table[["report_id"]].assign(area_id="a", subdistrict_id=None, distance_m=1.5), 1
    )
    named = {"report_id": ["甲", "z"], "reporter_name": ["王", None], "reporter_phone": "110"}
    store.reporters.keep(pd.DataFrame(named), NOW, 1)
    store.runs.save(run(table, 1), NOW)
    store.runs.save(run(table, 2), NOW)
    wrong = {"file": "x.csv", "line": [2, 3], "report_id": ["q", None], "reason": "bad_time"}
    store.rejects.replace("x.csv", pd.DataFrame(wrong))
    store.words.upsert_categories(store.words.categories().head(1).assign(name_en="Mine"))
    store.crews.upsert(store.crews.read().reindex([0]).assign(crew_id="C1", name="一班"))
    store.assignments.add("C1", "a", date(2026, 6, 29), None, "wang", NOW)
    store.accounts.add("wang", "admin", "hash", None, NOW)
    store.accounts.set_second("wang", "SECRET", 7)
    store.district.set(name_zh="七里河区", utm_epsg=32648)
    store.jobs.submit("import", {}, None, NOW)
    store.jobs.cancel(1)
    store.jobs.submit("waits", {}, None, NOW)
    return store


@pytest.fixture
def file_url(tmp_path):
    return f"sqlite:///{tmp_path}/copied.sqlite"


def both_ways(full, postgres, file_url):
    there, back = open_store(postgres.new_store()), open_store(file_url)
    said = []
    rows = copy_store(full, there, lambda done, total: said.append((done, total)))
    assert said[-1] == (rows, rows)
    assert copy_store(there, back) == rows
    return there, back


def test_there_and_back_is_the_same_store(full, postgres, file_url, monkeypatch):
    monkeypatch.setattr(copying, "_PIECE", 7)
    there, back = both_ways(full, postgres, file_url)
    assert full.fingerprint() == there.fingerprint() == back.fingerprint()
    for store in (there, back):
        assert store.reports.read().equals(full.reports.read())
        assert store.areas.read().equals(full.areas.read())
        assert store.runs.values("cases", "*", "2026-W26").tolist() == [2, 65535]
        assert store.runs.values("cases", "*", "2026-W26", run_id="1").tolist() == [1, 65535]
        assert store.accounts.list() == full.accounts.list()
        assert [(job.job_id, job.state) for job in store.jobs.latest()] == [(1, "cancelled")]
        # what comes next has the next number
        assert store.jobs.submit("import", {}, None, NOW) == 2
        assert store.assignments.add("C1", "b", date(2026, 6, 29), None, None, NOW) == "2"
        store.close()


def test_only_into_an_empty_store(full, new_store_url):
    other = open_store(new_store_url())
    other.district.set(name_zh="别处")
    before = other.fingerprint()
    with pytest.raises(Conflict, match="holds something already"):
        copy_store(full, other)
    assert other.fingerprint() == before
    with pytest.raises(BadUse, match="are one store"):
        copy_store(full, full)
    other.close()


def test_into_a_store_with_words_of_its_own_neither(full, new_store_url):
    other = open_store(new_store_url())
    own = other.words.categories().head(1).assign(code="X99")
    other.words.upsert_categories(own)
    with pytest.raises(Conflict, match="holds something already"):
        copy_store(full, other)
    other.close()


@pytest.mark.parametrize("broken", ["insert_frame", "fingerprint"])
def test_whole_or_not_at_all(full, new_store_url, monkeypatch, broken):
    other = open_store(new_store_url())
    before = other.fingerprint()
    does, calls = getattr(copying, broken), []

    def breaks(*args):
        calls.append(args)
        if broken == "fingerprint":
            return len(calls)
        if len(calls) == 9:
            raise ZeroDivisionError
        return does(*args)

    monkeypatch.setattr(copying, broken, breaks)
    with pytest.raises((ZeroDivisionError, Conflict)):
        copy_store(full, other)
    assert other.fingerprint() == before
    assert other.accounts.list() == []
    other.close()


def test_nobody_else_writes_meanwhile(full, new_store_url):
    other, target = open_store(full.url), open_store(new_store_url())
    with other.writer("import of x.csv"), pytest.raises(Busy, match=r"import of x\.csv"):
        copy_store(full, target)
    assert target.reports.count() == 0
    other.close()
    target.close()


def test_a_password_is_not_shown(postgres):
    store = open_store(postgres.new_store().replace("tests@", "tests:secret@"))
    assert store.shown == store.url.replace("secret", "***")
    with pytest.raises(NotReady) as error:
        open_store(postgres.new_database().replace("tests@", "tests:secret@"), create=False)
    assert "secret" not in str(error.value)
    store.close()
