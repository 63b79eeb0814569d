"""The command `coverage`: numbers of areas by subdistrict and week, days since a visit by area."""

import json
from datetime import UTC, datetime

import pandas as pd
import pytest

pytestmark = pytest.mark.usefixtures("city")


def visit(run, tmp_path):
    path = tmp_path / "visits.csv"
    rows = pd.DataFrame({"area_id": "A1", "started_at": ["2026-03-03 09:00", "2026-03-12 09:00"]})
    rows.to_csv(path, index=False)
    assert run("visits", "import", path).code == 0
    assert run("refresh", "--as-of", "2026-03-21").code == 0


def test_without_a_log_coverage_is_unknown_not_nought(run):
    got = run("coverage", "--format", "json")
    assert got.code == 0
    assert "visits import" in got.err
    assert all(row["observed_areas"] is None and row["share"] is None for row in got.json)
    rows = run("coverage", "--by", "area", "--format", "json").json
    assert {row["observed"] for row in rows} == {"unknown"}
    assert {row["days_since"] for row in rows} == {None}


def test_shares_have_numerators_and_denominators_the_district_first(run, tmp_path):
    visit(run, tmp_path)
    got = run("coverage", "--format", "json")
    assert got.err == ""
    first = got.json[0]
    assert (first["subdistrict"], first["week"]) == ("*", "2026-W11")
    assert first["observed_areas"] == 1
    assert first["areas"] > 1
    assert first["share"] == pytest.approx(1 / first["areas"], abs=1e-6)
    weeks = run("coverage", "--week", "all", "--format", "json").json
    assert {row["week"] for row in weeks} == {"2026-W10", "2026-W11"}


def test_areas_that_nobody_visited_come_first_and_the_others_have_their_days(run, tmp_path):
    visit(run, tmp_path)
    rows = run("coverage", "--by", "area", "--format", "json").json
    assert rows[-1]["area_id"] == "A1"
    assert (rows[-1]["last_visit"], rows[-1]["days_since"]) == ("2026-03-12", 8)
    assert (rows[-1]["observed"], rows[-1]["watched_days"]) == ("yes", 1)
    assert {row["observed"] for row in rows[:-1]} == {"no"}
    assert {row["last_visit"] for row in rows[:-1]} == {None}


def test_one_kind_alone_counts(run, tmp_path):
    visit(run, tmp_path)
    rows = run("coverage", "--kind", "market", "--format", "json").json
    assert {row["observed_areas"] for row in rows} == {0}
    rows = run("coverage", "--by", "area", "--kind", "market", "--format", "json").json
    assert {row["kind"] for row in rows} == {"market"}


def test_as_geojson_areas_have_their_shapes(run, tmp_path):
    visit(run, tmp_path)
    shapes = json.loads(run("coverage", "--by", "area", "--format", "geojson").out)
    assert all(one["geometry"]["type"] == "Polygon" for one in shapes["features"])


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (["--week", "2031-W01"], "2026-W11"),
        (["--by", "area", "--week", "all"], "2026-W20"),
        (["--kind", "castle"], "castle"),
        (["--category", "X99"], "X99"),
    ],
)
def test_what_cannot_be_asked_is_bad_use(run, asked, named):
    got = run("coverage", *asked)
    assert (got.code, got.out) == (2, "")
    assert named in got.err


def test_another_day_is_an_error(run):
    assert run("coverage", "--as-of", "2026-03-14").code == 1


def test_rebound_says_how_much_of_it_somebody_could_have_seen(run, tmp_path):
    assert "observed_days" not in run("rebound").err
    visit(run, tmp_path)
    assert "observed_days" in run("rebound").err
    assert run("rebound", "--format", "json").err == ""


def test_what_the_public_observes_is_looked_at_everywhere(run, tmp_path):
    path = tmp_path / "categories.csv"
    path.write_text("code,observed_by\nD02,public\n", "utf-8")
    assert run("categories", "import", path).code == 0
    visit(run, tmp_path)
    (first, *_) = run("coverage", "--category", "D02", "--format", "json").json
    assert first["observed_areas"] == first["areas"]
    (first, *_) = run("coverage", "--category", "D01", "--format", "json").json
    assert first["observed_areas"] == 1
    rows = run("coverage", "--category", "D02", "--by", "area", "--format", "json").json
    assert {row["observed"] for row in rows} == {"yes"}


def test_a_week_counts_the_areas_that_are_valid_in_it(run, tmp_path, store):
    # the Sunday on which week 10 ends, in the district's zone
    store.areas.end(["B1"], datetime(2026, 3, 8, 16, tzinfo=UTC))
    visit(run, tmp_path)
    weeks = run("coverage", "--week", "all", "--format", "json").json
    count = {row["week"]: row["areas"] for row in weeks if row["subdistrict"] == "*"}
    assert count["2026-W10"] == count["2026-W11"] + 1
    for week, there in (("2026-W10", True), ("2026-W11", False)):
        rows = run("coverage", "--by", "area", "--week", week, "--format", "json").json
        assert ("B1" in {row["area_id"] for row in rows}) is there
