import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest

from geo_service.demo import boundary_texts, report_texts, write_demo
from geo_service.demo.__main__ import main

DATA = Path(__file__).parents[2] / "data"


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "boundaries/areas.geojson",
        "boundaries/ground.geojson",
        "reports/reports.csv.gz",
        "reports/visits.csv.gz",
        "reports/crews.csv",
        "reports/truth.json",
    ],
)
def test_kept_files_are_what_the_seed_gives(demo, name):
    texts = boundary_texts(demo) | report_texts(demo)
    assert text_of(DATA / name) == texts[Path(name).name]


def test_kept_files_are_small():
    kept = [p for p in DATA.rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in kept) <= 3_500_000


def test_writing_twice_gives_equal_bytes(demo, tmp_path):
    for name in ("a", "b"):
        write_demo(tmp_path / name / "boundaries", tmp_path / name / "reports", demo)
    first, second = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).rglob("*.*")}
        for n in ("a", "b")
    )
    assert first == second
    assert len(first) == 6


def test_areas_are_rfc_7946(demo):
    collection = json.loads(boundary_texts(demo)["areas.geojson"])
    assert collection["type"] == "FeatureCollection"
    assert collection["schematic"] is True
    assert "crs" not in collection
    feature = collection["features"][0]
    assert feature["id"] == feature["properties"]["area_id"]
    assert set(feature["properties"]) == {
        "area_id",
        "name",
        "kind",
        "subdistrict",
        "aliases",
        "accountable_unit",
        "schematic",
    }
    for feature in collection["features"]:
        rings = feature["geometry"]["coordinates"]
        outer = rings[0] if feature["geometry"]["type"] == "Polygon" else rings[0][0]
        turn = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(outer))
        assert turn < 0, "counter-clockwise"


def test_times_are_local_with_offset(demo):
    lines = report_texts(demo)["reports.csv.gz"].splitlines()
    assert lines[0].startswith("report_id,source,category,reported_at")
    assert "+08:00" in lines[1]


def test_command_writes_all_files(tmp_path, monkeypatch, demo):
    monkeypatch.setattr("sys.argv", ["demo", str(tmp_path)])
    monkeypatch.setattr("geo_service.demo.__main__.demo_district", lambda: demo)
    main()
    assert (tmp_path / "reports" / "truth.json").exists()
    assert (tmp_path / "boundaries" / "areas.geojson").exists()
