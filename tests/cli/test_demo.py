"""The command `demo`, with a district of a handful of reports in place of the real one."""

import json
from datetime import UTC, date, datetime

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service import demo as module
from geo_service import flow
from geo_service.demo import END, Demo
from geo_service.people import verify_password
from geo_service.terms import FRAMES
from tests.flow.city import ALLEY, AREAS, row, write_reports


def tiny(seed=1, end=END):
    areas = gpd.GeoDataFrame(
        [one["properties"] for one in AREAS],
        geometry=[shapely.from_geojson(json.dumps(one["geometry"])) for one in AREAS],
        crs="EPSG:4326",
    )
    rows = pd.DataFrame(
        {
            "report_id": ["1", "2"],
            "reported_at": ["2026-06-01T00:00Z", "2026-06-20T00:00Z"],
            "closed_at": ["2026-06-03T00:00Z", None],
            "category": "D01",
            "lon": ALLEY[0],
            "lat": ALLEY[1],
            "precision": "point",
        }
    )
    people = {"name": ["boss", "wang"], "role": ["supervisor", "crew-leader"]}
    return Demo(
        areas=areas,
        ground=gpd.GeoDataFrame(
            {"name": ["黄河"], "kind": ["river"]}, geometry=[areas.geometry[3]], crs="EPSG:4326"
        ),
        reports=FRAMES["reports"].conform(rows)[FRAMES["reports"].given],
        visits=FRAMES["visits"].conform(
            pd.DataFrame(
                {"visit_id": ["V1"], "area_id": ["A1"], "started_at": ["2026-06-20T00:00Z"]}
            )
        ),
        crews=FRAMES["crews"].conform(pd.DataFrame({"crew_id": ["C1"], "name": ["一班"]})),
        units=FRAMES["units"].conform(pd.DataFrame({"unit_id": ["U1"], "name": ["环卫站"]})),
        people=pd.DataFrame(people | {"crew_id": [None, "C1"], "unit_id": None}),
        truth={"seed": seed},
        first=date(2026, 6, 1),
        end=end,
    )


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(module, "demo_district", tiny)


def passwords(got):
    return dict(line.split("\t") for line in got.out.splitlines())


def test_the_demo_is_filled_refreshed_and_its_accounts_are_told_once(run, store):
    got = run("demo")
    assert got.code == 0
    told = passwords(got)
    assert set(told) == {"boss", "wang"}
    for name, password in told.items():
        assert verify_password(password, store.accounts.get(name).password_hash)
    assert store.accounts.get("wang").crew_id == "C1"
    assert not store.accounts.any_real()
    assert store.runs.latest().as_of == datetime(2026, 6, 28, 16, tzinfo=UTC)
    assert store.cases.read()["link"].tolist() == ["new", "rebound"]
    assert store.visits.count() == 1
    assert store.runs.latest().coverage_known


def test_a_second_time_nothing_changes_and_no_password_is_told_anew(run, store):
    run("demo")
    before = store.fingerprint()
    again = run("demo")
    assert (again.code, again.out) == (0, "")
    assert store.fingerprint() == before


def test_where_it_is_there_already_its_passwords_are_shown_and_nothing_is_made(run, store):
    first = run("demo", "--if-missing")
    run_id = store.runs.latest().run_id
    again = run("demo", "--if-missing")
    assert passwords(again) == passwords(first)
    assert store.runs.latest().run_id == run_id


def test_the_passwords_are_kept_for_their_owner_alone(run, tmp_path):
    told = passwords(run("demo"))
    path = tmp_path / "var" / "demo_passwords.json"
    # by store: a second demo elsewhere must not take the place of the first one's
    assert list(json.loads(path.read_text()).values()) == [told]
    assert path.stat().st_mode & 0o077 == 0


def test_a_demo_never_goes_over_real_reports(run, tmp_path, store):
    run("reports", "import", write_reports(tmp_path))
    got = run("demo")
    assert (got.code, got.out) == (2, "")
    assert store.reports.count() == 7
    quiet = run("demo", "--if-missing")
    assert (quiet.code, quiet.out) == (0, "")
    assert store.reports.count() == 7


def test_a_district_that_was_begun_is_left_alone_though_it_is_empty(run, store):
    run("demo")
    flow.begin_district(store, "城关区", now=datetime.now(UTC))
    quiet = run("demo", "--if-missing")
    assert (quiet.code, quiet.out) == (0, "")
    assert store.reports.count() == 0


def test_another_seed_or_day_does_not_mix_with_the_first(run, store):
    run("demo")
    before = store.fingerprint()
    assert run("demo", "--seed", "2").code == 2
    assert run("demo", "--as-of", "2025-01-06").code == 2
    assert store.fingerprint() == before


def test_real_reports_end_the_demos_day(run, tmp_path, store):
    run("demo")
    assert store.district.get().demo
    run("reports", "import", write_reports(tmp_path, [row("real", "2026-12-30 08:00")]))
    district = store.district.get()
    assert (district.demo, district.today) == (False, None)
