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


@pytest.fixture(scope="module")
def texts(demo):
    return boundary_texts(demo) | report_texts(demo)


@pytest.mark.parametrize(
    "name",
    [
        "boundaries/areas.geojson",
        "boundaries/ground.geojson",
        "reports/reports.csv.gz",
        "reports/visits.csv.gz",
        "reports/crews.csv",
        "reports/units.csv",
        "reports/truth.json",
    ],
)
def test_kept_files_are_what_the_seed_gives(texts, name):
    assert text_of(DATA / name) == texts[Path(name).name]


def test_kept_files_are_small():
    kept = [p for p in DATA.rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in kept) <= 3_500_000


def test_what_is_written_are_the_texts_and_no_time(demo, texts, tmp_path):
    write_demo(tmp_path, tmp_path, demo)
    written = {path.name: path for path in tmp_path.iterdir()}
    assert {name: text_of(path) for name, path in written.items()} == texts
    # the time of a gzip's header: equal reports make equal files
    assert {written[name].read_bytes()[4:8] for name in texts if name.endswith(".gz")} == {bytes(4)}


def test_areas_are_rfc_7946(texts):
    collection = json.loads(texts["areas.geojson"])
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


def test_times_are_local_with_offset(texts):
    lines = texts["reports.csv.gz"].splitlines()
    assert lines[0].startswith("report_id,source,category,reported_at")
    assert "+08:00" in lines[1]


def test_command_writes_all_files(tmp_path, monkeypatch, demo):
    monkeypatch.setattr("sys.argv", ["demo", str(tmp_path)])
    monkeypatch.setattr("geo_service.demo.__main__.demo_district", lambda: demo)
    asked = []
    monkeypatch.setattr("geo_service.demo.__main__.write_demo", lambda *given: asked.append(given))
    main()
    assert asked == [(tmp_path / "boundaries", tmp_path / "reports", demo)]
