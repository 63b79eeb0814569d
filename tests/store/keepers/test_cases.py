"""Cases of the last run."""

import numpy as np
import pytest

from geo_service.store import bulk
from geo_service.store.keepers import reports as kept_reports
from geo_service.terms import NotFound
from tests.store.samples import many, run, spells_of


@pytest.fixture
def table(store):
    table = many(40)
    store.reports.upsert(table)
    return table


def test_cases_are_replaced_by_difference(store, table, monkeypatch):
    store.runs.save(run(table, 1))
    changed = run(table.iloc[1:], 1)
    changed.cases.loc[5, "state"] = "fixed"
    said = []

    def listen(module, name, rows_at):
        does = getattr(module, name)

        def heard(connection, table, *rest):
            if len(rest[rows_at]):
                said.append((name.partition("_")[0], table.name, len(rest[rows_at])))
            return does(connection, table, *rest)

        monkeypatch.setattr(module, name, heard)

    listen(bulk, "insert_frame", 0)
    listen(bulk, "update_frame", 1)
    listen(bulk, "delete_rows", 1)
    listen(kept_reports, "update_frame", 1)
    store.runs.save(changed)
    assert said == [
        ("delete", "sites", 1),
        ("delete", "cases", 1),
        ("update", "cases", 1),
        ("delete", "spells", 1),
        ("update", "reports", 1),
    ]
    assert store.cases.one("5")["state"] == "fixed"
    with pytest.raises(NotFound, match="There is no case 0"):
        store.cases.one("0")


def test_cases_and_spells_of_an_area_latest_first(store, table):
    tables = run(table)
    for frame in (tables.cases, tables.spells):
        frame["area_id"] = np.where(frame.index % 2, "a", "b")
    store.runs.save(tables)
    ids = [str(number) for number in range(39, 0, -2)]
    assert [one["case_id"] for one in store.cases.latest_of_area("a", 50)] == ids
    assert [one["case_id"] for one in store.cases.latest_of_area("a", 3)] == ids[:3]
    assert store.cases.latest_of_area("nowhere", 3) == []
    assert len(store.sites.read()) == len(spells_of(store)) == 40


def test_cases_by_filter(store, table, areas):
    from geo_service.store import Filter

    store.areas.upsert(areas)
    tables = run(table)
    tables.cases["area_id"] = np.where(tables.cases.index % 2, "a", "b")
    tables.cases.loc[3, "link"] = "rebound"
    store.runs.save(tables)
    places = table[["report_id"]].head(4).assign(area_id="a", subdistrict_id="s", distance_m=0.0)
    store.reports.set_places(places, 1)

    def ids(**where):
        return store.cases.read(Filter(**where))["case_id"].tolist()

    assert ids(links=("rebound",)) == ["3"]
    assert ids(kinds=("street",), limit=2) == ["1", "3"]
    assert ids(subdistricts=("s",)) == ["0", "1", "2", "3"]
    assert ids(subdistricts=("s",), categories=("D02",)) == ["0", "2"]
    assert ids(states=("fixed",)) == []
