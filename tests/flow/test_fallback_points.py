"""A hot line's desk in a store: told at import, in no case, and a person's word goes before all."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from geo_service import flow
from geo_service.intake import ImportOptions
from geo_service.terms import NotFound
from tests.flow.one_database import backend  # noqa: F401

NOW = datetime(2026, 6, 29, tzinfo=UTC)
DESK = (103.8, 36.06)


def desk_rows():
    """F5: 400 rows on one point, one every 9 hours, each closed after 30; 200 elsewhere."""
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2026-01-01T00:00Z")
    hours = np.r_[np.arange(400) * 9, rng.uniform(0, 3600, 200)]
    opened = start + pd.to_timedelta(hours, unit="h").round("s")
    return pd.DataFrame(
        {
            "report_id": [f"{'d' if i < 400 else 'p'}{i}" for i in range(600)],
            "category": [f"D0{i % 5 + 1}" for i in range(600)],
            "reported_at": opened,
            "closed_at": opened + pd.Timedelta(hours=30),
            "lon": np.r_[np.full(400, DESK[0]), 103.7 + rng.random(200) / 5],
            "lat": np.r_[np.full(400, DESK[1]), 36.0 + rng.random(200) / 10],
        }
    )


def import_desk(store, tmp_path, *, dry_run=False):
    path = tmp_path / "desk.csv"
    desk_rows().to_csv(path, index=False)
    return flow.import_reports(store, path, ImportOptions(), now=NOW, dry_run=dry_run)


def lost(store):
    reports = store.reports.read(["report_id", "precision", "case_id"])
    gone = reports["precision"] == "fallback"
    assert reports.loc[gone, "case_id"].isna().all()
    return set(reports.loc[gone, "report_id"].str[0]), int(gone.sum())


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_desk_is_told_when_it_comes(store, tmp_path, dry_run):
    done = import_desk(store, tmp_path, dry_run=dry_run)
    (told,) = done.warnings
    assert (told.key, told.count) == ("pipeline.fallback_points", 400)
    assert told.example == "103.8,36.06: 400 = 66.7%"
    assert store.reports.count() == (0 if dry_run else 600)


def test_a_desk_makes_no_rebounds_until_a_person_says_it_is_a_place(store, tmp_path):
    import_desk(store, tmp_path)
    flow.refresh(store, now=NOW)
    assert lost(store) == ({"d"}, 400)
    assert store.runs.latest().summary["without_point"] == 400

    flow.decide_point(store, *DESK, "real", by="anna", now=NOW)
    assert import_desk(store, tmp_path).warnings == []
    flow.refresh(store, now=NOW)
    assert lost(store) == (set(), 0)
    (place,) = flow.judged_points(store).to_dict("records")
    assert (place["state"], place["rows"], place["categories"]) == ("real", 400, 5)
    assert (place["decided_by"], place["decided_at"]) == ("anna", NOW.isoformat())

    flow.decide_point(store, *DESK, None, by="anna", now=NOW)
    flow.refresh(store, now=NOW)
    assert lost(store) == ({"d"}, 400)


def test_few_rows_on_a_known_fallback_are_told_too(store, tmp_path):
    import_desk(store, tmp_path)
    flow.refresh(store, now=NOW)
    path = tmp_path / "day.csv"
    path.write_text(
        "report_id,reported_at,lon,lat\nx,2026-06-01,103.8,36.06\ny,2026-06-01,103.7,36\n"
    )
    (told,) = flow.import_reports(store, path, ImportOptions(), now=NOW, dry_run=True).warnings
    assert (told.key, told.count) == ("pipeline.fallback_points", 1)
    flow.decide_point(store, *DESK, "fallback", by=None, now=NOW)
    assert flow.import_reports(store, path, ImportOptions(), now=NOW).warnings == []
    assert lost(store) == ({"d", "x"}, 401)


def test_a_person_may_say_that_a_point_is_none(store, tmp_path):
    import_desk(store, tmp_path)
    flow.refresh(store, now=NOW)
    point = store.reports.read(["lon", "lat"], ids=["p500"]).iloc[0]
    for state in ("real", "fallback"):
        flow.decide_point(store, point["lon"], point["lat"], state, by=None, now=NOW)
    flow.refresh(store, now=NOW)
    assert lost(store) == ({"d", "p"}, 401)
    flow.decide_point(store, point["lon"], point["lat"], None, by=None, now=NOW)
    assert lost(store) == ({"d"}, 400)


def test_nothing_is_said_of_a_point_without_reports(store, tmp_path):
    import_desk(store, tmp_path)
    with pytest.raises(NotFound, match="1,2"):
        flow.decide_point(store, 1.0, 2.0, "real", by=None, now=NOW)
    with pytest.raises(NotFound, match=r"103\.8,36\.06"):
        flow.decide_point(store, *DESK, None, by=None, now=NOW)
