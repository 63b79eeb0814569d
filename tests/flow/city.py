"""A city of four areas and a handful of reports, as files; and a store that is filled by them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pandas as pd
import shapely

from geo_service import flow
from geo_service.intake import ImportOptions
from tests.store.samples import spells_of

NOW = datetime(2027, 1, 1, tzinfo=UTC)
HEAD = [
    "report_id",
    "category",
    "reported_at",
    "lon",
    "lat",
    "precision",
    "address",
    "fixed_at",
    "verified_at",
    "closed_at",
    "source",
]
ALLEY, STREET, MARKET = (103.751, 36.051), (103.761, 36.051), (103.771, 36.051)
FAR = (103.9, 36.2)


def feature(area_id, name, kind, geometry, **more):
    properties = {"area_id": area_id, "name": name, "kind": kind, **more}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(geometry)),
    }


AREAS = [
    feature("A1", "西湖后街", "alley", shapely.box(103.75, 36.05, 103.752, 36.052)),
    feature("B1", "西津路", "street", shapely.box(103.76, 36.05, 103.762, 36.052)),
    feature("M1", "敦煌路市场", "market", shapely.box(103.77, 36.05, 103.772, 36.052)),
    feature("S1", "西园", "subdistrict", shapely.box(103.74, 36.04, 103.78, 36.06)),
]


def row(report_id, at, point=ALLEY, category="D01", **more):
    lon, lat = point or (None, None)
    return {
        "report_id": report_id,
        "category": category,
        "reported_at": at,
        "lon": lon,
        "lat": lat,
        **more,
    }


ROWS = [
    row("1", "2026-03-02 08:00", fixed_at="2026-03-03 08:00", verified_at="2026-03-04 08:00"),
    row("2", "2026-03-10 08:00", closed_at="2026-03-12 08:00"),
    row("3", "2026-03-11 08:00"),
    row("4", "2026-03-20 08:00", MARKET, "D02"),
    row("5", "2026-03-20 09:00", None, address="西湖后街口北侧"),
    row("6", "2026-03-20 10:00", ALLEY, precision="fallback"),
    row("7", "2026-03-20 11:00", FAR),
]
"""A case and its rebound with a duplicate; a market; by name; a fallback point; one far away."""

CREWS = "crew_id,name,leader,skills\nC1,一班,王,wash\nC2,二班,李,haul\n"


def write_areas(folder, features=AREAS, name="areas.geojson"):
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path


def write_reports(folder, rows=ROWS, name="reports.csv"):
    path = folder / name
    pd.DataFrame(rows, columns=HEAD).to_csv(path, index=False)
    return path


def take(store, folder, rows=ROWS, name="reports.csv", **options):
    """Import rows by way of a file."""
    path = write_reports(folder, rows, name)
    return flow.import_reports(store, path, ImportOptions(**options), now=NOW)


def fill(store, folder, rows=ROWS, areas=AREAS):
    flow.import_areas(store, write_areas(folder, areas))
    return take(store, folder, rows)


def fill_and_refresh(store, folder):
    fill(store, folder)
    flow.refresh(store, now=NOW)


def fill_until_week_twelve(store, folder):
    fill(store, folder)
    flow.refresh(store, now=NOW, as_of=flow.as_of_day(date(2026, 3, 23), store))


def plain(table):
    """Rows as tuples that compare, missing values alike."""
    return [
        tuple(None if pd.isna(value) else value for value in one)
        for one in table.drop(columns=["geometry"], errors="ignore").itertuples(index=False)
    ]


def figures(store):
    """Everything the last run says, but its number."""
    run = store.runs.latest()
    values = {
        (layer, category, week): store.runs.values(layer, category, week)
        for layer in store.runs.layers()
        for category in ("*", "D01", "D02")
        for week in run.weeks
    }
    return {
        "as_of": run.as_of,
        "weeks": run.weeks,
        "summary": run.summary,
        "cases": plain(store.cases.read()),
        "sites": plain(store.sites.read()),
        "spells": plain(spells_of(store)),
        "rates": plain(store.runs.rates()),
        "rows": [plain(store.runs.week_rows(w).drop(columns="run_id")) for w in run.weeks],
        "values": {key: None if v is None else v.tolist() for key, v in values.items()},
        "links": plain(store.reports.read(["report_id", "case_id", "link"])),
    }
