"""Which rows a filter lets through."""

from datetime import UTC, datetime

import pandas as pd

from geo_service.store import Filter
from tests.store.samples import reports


def test_filters(store, areas):
    store.areas.upsert(areas)
    store.reports.upsert(
        reports(
            {"report_id": "1"},
            {"report_id": "2", "category": "D02", "reported_at": "2026-07-01"},
            {"report_id": "3", "lon": 1.0, "lat": 1.0},
        )
    )
    places = {"report_id": ["1", "2"], "area_id": ["a", "b"], "subdistrict_id": ["s", "t"]}
    store.reports.set_places(pd.DataFrame(places).assign(distance_m=0.0), 1)

    def ids(**where):
        return "".join(store.reports.read(["report_id"], Filter(**where))["report_id"])

    assert ids() == "132"
    assert ids(categories=("D02",)) == "2"
    assert ids(kinds=("street",)) == "1"
    assert ids(subdistricts=("t", "u")) == "2"
    assert ids(area_ids=("a", "b")) == "12"
    assert ids(bbox=(100, 30, 110, 40)) == "12"
    assert ids(start=datetime(2026, 7, 1, tzinfo=UTC)) == "2"
    assert ids(end=datetime(2026, 7, 1, tzinfo=UTC)) == "13"
    assert ids(limit=2) == "13"
