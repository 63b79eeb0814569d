"""Chicago's sanitation complaints, from the city's own files to hotspots, by the command line."""

import json
import os
import re
import subprocess
import sys

import pytest
import shapely

pytestmark = pytest.mark.shared_data


@pytest.fixture
def run(tmp_path):
    env = {k: v for k, v in os.environ.items() if not k.startswith("GEO_SERVICE")}
    env |= {"GEO_SERVICE_DB": f"sqlite:///{tmp_path / 'chicago.sqlite'}"}
    env |= {"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"}

    def call(*args):
        got = subprocess.run(
            [sys.executable, "-m", "geo_service", *map(str, args)],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert got.returncode == 0, got.stderr
        return got.stdout

    return call


@pytest.fixture
def told(run, shared_data):
    """What each command said, in the order in which a newcomer would give them."""
    files = shared_data / "chicago"
    reports = files / "chicago_sanitation_code_complaints.csv.gz"
    said = {
        "areas": run(
            *("areas", "import", files / "neighborhoods.geojson.gz", "--kind", "subdistrict"),
            *("--format", "json"),
        ),
        "reports": run("reports", "import", reports, "--preset", "chicago-311", "--format", "json"),
        "grid": run("areas", "grid", "--cell", "500"),
        "refresh": run("refresh"),
        "export": run("export", "hotspots", "--output", "hotspots.geojson"),
    }
    return said | {key: json.loads(said[key]) for key in ("areas", "reports")}


@pytest.fixture
def rates(run, told):
    def by(level):
        rows = json.loads(run("rebound", "--by", level, "--format", "json"))
        return {one["key"]: one for one in rows if one["category"] == "*" or level == "category"}

    return by


def test_a_city_from_its_files_to_hotspots(told, rates, tmp_path):
    check_that_every_row_is_accounted_for(told)
    check_that_the_grid_holds_nearly_all(told)
    check_rates(rates("district")["*"], rates("episode"))
    check_geojson(json.loads((tmp_path / "hotspots.geojson").read_text("utf-8")))


def check_that_every_row_is_accounted_for(told):
    counts = told["reports"]
    assert counts["read"] == 74_401
    parts = ("accepted", "updated", "unchanged", "rejected")
    assert counts["read"] == sum(counts[name] for name in parts)
    assert counts["rejected"] == sum(counts["rejected_by_reason"].values())
    assert counts["accepted"] > 73_000
    assert told["areas"]["read"] == told["areas"]["accepted"] == 98


def check_that_the_grid_holds_nearly_all(told):
    assert int(re.search(r"accepted (\d+)", told["grid"]).group(1)) > 2_000
    numbers = re.search(r"(\d+) reports, (\d+) cases, (\d+) unlocated", told["refresh"])
    reports, cases, unlocated = map(int, numbers.groups())
    assert reports == told["reports"]["accepted"]
    assert 0.5 * reports < cases < reports
    assert unlocated < 0.02 * reports


def check_rates(district, by_episode):
    assert 0.075 <= district["p_rebound_30"] <= 0.10
    assert district["p_rebound_7"] < district["p_rebound_30"] < district["p_rebound_90"]
    assert district["p_rebound_30_low"] < district["p_rebound_30"] < district["p_rebound_30_high"]
    # the city's file knows closings, no verifications
    assert district["unverified"] == district["closures"] > 40_000
    # a place that rebounded before rebounds more often
    p = [by_episode[key]["p_rebound_30"] for key in ("0", "1", "2", "3")]
    assert p == sorted(p)
    assert p[0] < 0.075
    assert p[3] > 0.15


def check_geojson(collection):
    assert collection["type"] == "FeatureCollection"
    features = collection["features"]
    assert len(features) > 1_000
    keys = {
        tuple(one["properties"][k] for k in ("area_id", "category", "week")) for one in features
    }
    assert len(keys) == len(features)
    assert len({week for *_, week in keys}) == 1
    for one in features[:: len(features) // 50]:
        shape = shapely.from_geojson(json.dumps(one["geometry"]))
        assert shape.is_valid
        assert shapely.is_ccw(shape.exterior)
        west, south, east, north = shape.bounds
        assert -88 < west < east < -87.5
        assert 41.6 < south < north < 42.1
        assert type(one["properties"]["hot"]) is bool
        assert one["properties"]["cases"] >= 0
    assert min(one["properties"]["rank"] for one in features) == 1
