"""``export``: every table in every format, with the page's filters, or a sentence."""

import csv
import io
import json
import re

import pytest

HOTSPOT = [
    *("area_id", "name", "kind", "subdistrict", "category", "week", "as_of", "run_id"),
    *("reports", "cases", "closures", "closures_unverified", "rebounds"),
    *("rebound_spells", "rebound_events_30", "p_rebound_30", "p_rebound_30_low"),
    *("p_rebound_30_high", "n_eff", "enough_data", "p_worse", "exposure_days", "observed"),
    *("expected", "q_value", "hot", "gi_z", "pattern", "forecast", "forecast_low"),
    *("forecast_high", "rank", "hot_around", "uncertain", "pattern_word", "zone", "note"),
    *("expected_rebounds_28", "expected_cases_28", "reason", "chronic_sites", "third_cases"),
    *("overdue", "windows", "hot_subdistrict", "hot_rebound", "q_rebound"),
]


pytestmark = pytest.mark.usefixtures("city")


def test_export_writes_every_table_in_every_format(run, city):
    for table in ("areas", "cases", "reports", "rebounds", "hotspots", "assignments", "crews"):
        got = run("export", table, "--output", f"{table}.csv")
        assert (got.code, got.out) == (0, "")
        assert (city / f"{table}.csv").stat().st_size > 10
    for suffix in (".geojson", ".csv", ".xlsx", ".gpkg", ".parquet"):
        assert run("export", "cases", "--output", f"x{suffix}").code == 0
        assert (city / f"x{suffix}").stat().st_size > 100
    # nothing half-written is left beside them
    assert not [path for path in city.iterdir() if path.name.startswith(".")]


def test_export_of_hotspots_is_geojson_with_the_fields_agreed(run, city):
    run("export", "hotspots", "--output", "h.geojson", "--week", "all")
    features = json.loads((city / "h.geojson").read_text("utf-8"))["features"]
    assert {one["properties"]["week"] for one in features} == {"2026-W10", "2026-W11"}
    assert set(features[0]["properties"]) == set(HOTSPOT)
    assert features[0]["geometry"]["type"] in ("Polygon", "MultiPolygon")


def test_export_takes_the_pages_filters(run, city):
    def count(*options):
        assert run("export", "cases", "--output", "c.csv", *options).code == 0
        return len(list(csv.DictReader(io.StringIO((city / "c.csv").read_text("utf-8-sig")))))

    assert count() == 4
    assert count("--kind", "market") == 1
    assert count("--category", "D01") == 3
    assert count("--subdistrict", "S1") == 3
    assert count("--from", "2026-03-10", "--to", "2026-03-10") == 1
    assert count("--bbox", "103.8,36,104,37") == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (["moons", "--output", "x.csv"], 2),
        (["cases", "--output", "x.pdf"], 2),
        (["cases", "--output", "x"], 2),
        (["cases", "--output", "nowhere/x.csv"], 2),
        (["cases", "--output", "x.csv", "--from", "yesterday"], 2),
        (["cases", "--output", "x.csv", "--from", "2026-03-10", "--to", "2026-03-01"], 2),
        (["cases", "--output", "x.csv", "--bbox", "1,2,3"], 2),
        (["cases", "--output", "x.csv", "--kind", "moonbase"], 2),
        (["hotspots", "--output", "x.csv", "--week", "2026-W99"], 2),
        (["hotspots", "--output", "x.csv", "--week", "2020-W01"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_export_that_cannot_be_made_says_why_and_writes_nothing(run, city, wrong, code):
    got = run("export", *wrong)
    assert (got.code, got.out) == (code, "")
    assert got.err.strip()
    assert not (city / "x.csv").exists()
    assert not (city / "x.pdf").exists()


def test_a_folder_where_the_export_should_be_is_said(run, city):
    (city / "x.csv").mkdir()
    got = run("export", "cases", "--output", "x.csv")
    assert got.code in (1, 2)
    assert "x.csv" in got.err


def carried(path):
    page = path.read_text("utf-8")
    (text,) = re.findall(r'<script type="application/json" id="facts">(.*?)</script>', page)
    return json.loads(text)


def test_the_map_is_one_file_in_chinese_unless_it_is_asked_otherwise(run, city):
    path = city / "map.html"
    got = run("export", "map", "--output", path)
    assert (got.code, got.out) == (0, "")
    assert "2026-W10 to 2026-W11 (2 weeks)" in got.err
    assert carried(path)["lang"] == "zh"
    assert run("export", "map", "--output", path, "--lang", "en", "--weeks", 1).code == 0
    assert (carried(path)["lang"], len(carried(path)["weeks"])) == ("en", 1)
    assert run("export", "map", "--output", path, "--kind", "market").code == 0
    assert [one["id"] for one in carried(path)["areas"]["features"]] == ["M1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        # a map is a page
        (["map", "--output", "map.csv"], ".html"),
        # nobody asks a table how many weeks its slider has
        (["cases", "--output", "cases.csv", "--weeks", "4"], "export map"),
        (["cases", "--output", "cases.csv", "--lang", "en"], "export map"),
        (["map", "--output", "no/such/map.html"], "no/such"),
        (["map", "--output", "map.html", "--weeks", "0"], "--weeks"),
    ],
)
def test_what_it_cannot_do_it_says(run, city, words, said):
    got = run("export", *words)
    assert got.code == 2
    assert said in got.err
    assert list(city.glob("*.html")) + list(city.glob("*.csv")) == []
