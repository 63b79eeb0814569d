"""Figures on stdout: a table for people, csv, GeoJSON."""

import csv
import io
import json

import pytest

pytestmark = pytest.mark.usefixtures("city")


def test_a_table_for_people_shows_each_figure_with_what_it_rests_on(run):
    head = run("rebound").out.splitlines()[0].split()
    for name in ("closures", "rebounds_30", "fixes", "returns_30", "duplicates", "lapsed"):
        assert name in head
    assert "observed_days" not in head


@pytest.mark.parametrize("command", ["rebound", "hotspots"])
def test_figures_are_a_table_csv_and_geojson_too(run, command):
    rows = run(command, "--format", "json").json
    table = list(csv.DictReader(io.StringIO(run(command, "--format", "csv").out)))
    assert len(table) == len(rows)
    shapes = json.loads(run(command, "--format", "geojson").out)
    assert shapes["type"] == "FeatureCollection"
    assert len(shapes["features"]) == len(rows)
    text = run(command).out
    assert len(text.splitlines()) == len(rows) + 1
