"""Rows to fill a store with, for tests and for the processes that tests kill."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from geo_service.store import RunTables, SomeWeeks
from geo_service.store.schema import spells
from geo_service.store.tables import chosen, read_frame
from geo_service.terms import FRAMES

NOW = datetime(2026, 6, 29, 4, 0, tzinfo=UTC)


def spells_of(store):
    """The table of spells, which others read."""
    query, types = chosen(spells)
    query = query.order_by(spells.c.started_at, spells.c.case_id)
    with store.reading() as connection:
        return read_frame(connection, query, types)


def unplaced(store, version):
    """Ids of the reports that are not located against this version of the areas."""
    rows = store.reports.read(["report_id", "places_version"])
    return rows.loc[(rows["places_version"] != version).fillna(True), "report_id"].tolist()


def reports(*rows, **common):
    """Reports from dictionaries; each has an id, a moment and a point unless it says otherwise."""
    usual = {
        "reported_at": "2026-06-01T08:00:00+08:00",
        "category": "D01",
        "lon": 103.75,
        "lat": 36.05,
        "precision": "point",
    }
    return FRAMES["reports"].conform(pd.DataFrame([usual | common | row for row in rows]))


def many(n, first=0, **columns):
    numbers = np.arange(first, first + n)
    table = pd.DataFrame(
        {
            "report_id": pd.Series(numbers).astype("str"),
            "category": np.where(numbers % 2, "D01", "D02"),
            "reported_at": pd.Timestamp("2025-01-01", tz="UTC")
            + pd.to_timedelta(numbers % 5000, unit="h"),
            "lon": 103.7 + numbers % 97 / 1000,
            "lat": 36.0 + numbers % 89 / 1000,
            "precision": "point",
        }
    )
    return FRAMES["reports"].conform(table.assign(**columns))


def week_columns(rows, area_ids):
    """What a refresh gives of a week whose rows are these."""
    columns = {"area": pd.Index(area_ids).get_indexer(rows["area_id"]).astype(np.int32)}
    types = {column.name: column.type for column in FRAMES["hotspots"].columns}
    for name in rows.columns.difference(["area_id", "name", "kind", "subdistrict", "week"]):
        values = rows[name]
        if values.isna().all():
            continue
        if name == "zone":
            columns[name] = pd.Index(area_ids).get_indexer(values).astype(np.int32)
        elif types[name] == "text":
            columns[name] = pd.Categorical(values)
        else:
            columns[name] = values.to_numpy(np.int32 if types[name] == "integer" else None)
    return {"zone": np.full(len(rows), -1, dtype=np.int32)} | columns


def run(table, version=1, **changes):
    """A run in which each report opens a case of its own; `version` moves some figures."""
    cases = FRAMES["cases"].conform(
        pd.DataFrame(
            {
                "case_id": table["report_id"],
                "site_id": table["report_id"],
                "category": table["category"],
                "lon": table["lon"],
                "lat": table["lat"],
                "opened_at": table["reported_at"],
                "state": "open",
                "episode": 1,
                "link": "new",
                "reports": version,
            }
        )
    )
    spells = cases.assign(started_at=cases["opened_at"], ended_at=cases["opened_at"])
    weeks = ["2026-W25", "2026-W26"]
    last = pd.DataFrame({"area_id": ["a"], "category": ["*"], "cases": [version], "hot": [True]})
    before = last.assign(cases=7, hot=False)
    values = {
        ("cases", "*", "2026-W25"): np.array([7, 65535], dtype=np.uint16),
        ("cases", "*", "2026-W26"): np.array([version, 65535], dtype=np.uint16),
        ("density", "*", "2026-W26"): np.array([[1, 2, version]], dtype=np.int32),
    }
    parts = {
        "as_of": NOW,
        "cases": cases,
        "sites": cases.assign(episodes=1),
        "spells": spells,
        "links": pd.DataFrame(
            {"report_id": table["report_id"], "case_id": table["report_id"], "link": "new"}
        ),
        "rates": pd.DataFrame(
            {"level": ["district", "area"], "category": ["*", "D01"], "closures": [version, 2]}
        ),
        "weeks": weeks,
        "weekly": [
            SomeWeeks([("2026-W26", week_columns(last, ["a", "b"]))], values.items()),
            SomeWeeks([("2026-W25", week_columns(before, ["a", "b"]))], ()),
        ],
        "areas": pd.DataFrame(
            {"area_id": ["a", "b"], "name": "巷", "kind": "alley", "subdistrict": None}
        ),
        "series": [("cases", "*", np.array([[1, 2], [3, version]]))],
        "params": {"W": 90},
        "summary": {"cases": np.int64(version)},
    }
    return RunTables(**(parts | changes))
