"""What comes in is kept, whole or not at all."""

import geopandas as gpd
import pytest
import shapely

from geo_service import flow
from geo_service.intake import ImportOptions
from geo_service.terms import BadInput, BadUse, Busy, NotReady
from tests.flow.city import (
    ALLEY,
    AREAS,
    CREWS,
    FAR,
    NOW,
    ROWS,
    feature,
    fill,
    row,
    take,
    write_areas,
    write_reports,
)


def counts(done):
    assert done.read == done.accepted + done.updated + done.unchanged + done.rejected
    return done.read, done.accepted, done.updated, done.unchanged, done.rejected


def test_an_import_counts_every_row_once(store, tmp_path):
    bad = [row("x", "gestern"), row("y", "2026-03-01", (0, 0)), row("1", "2026-03-02 08:00")]
    done = take(store, tmp_path, [*ROWS, *bad])
    # the second row of id 1 is the file's last word on it; the first counts as unchanged
    assert counts(done) == (10, 7, 0, 1, 2)
    assert sum(done.rejected_by_reason.values()) == 2
    assert store.reports.count() == 7
    assert [row["report_id"] for row in store.rejects.read()] == ["x", "y"]


def test_importing_twice_leaves_the_store_as_it_was(store, tmp_path):
    rows = [
        *ROWS,
        row("x", "gestern"),
        row(None, "2026-03-05 08:00"),
        row(None, "2026-03-05 08:00"),
    ]
    fill(store, tmp_path, rows)
    once = store.fingerprint()
    done = take(store, tmp_path, rows)
    flow.import_areas(store, write_areas(tmp_path))
    assert counts(done) == (10, 0, 0, 9, 1)
    assert store.fingerprint() == once


def test_importing_twice_leaves_the_store_as_it_was_after_a_refresh_too(store, tmp_path):
    fill(store, tmp_path)
    flow.refresh(store, now=NOW)
    once = store.fingerprint()
    take(store, tmp_path)
    flow.import_areas(store, write_areas(tmp_path))
    flow.refresh(store, now=NOW)
    assert store.fingerprint() == once


def test_a_dry_run_says_the_same_and_keeps_nothing(store, tmp_path):
    before = store.fingerprint()
    path = write_reports(tmp_path, [*ROWS, row("x", "gestern", category="novel")])
    tried = flow.import_reports(store, path, ImportOptions(), now=NOW, dry_run=True)
    assert store.fingerprint() == before
    assert store.reports.count() == 0
    assert store.district.get().utm_epsg is None
    done = flow.import_reports(store, path, ImportOptions(), now=NOW)
    assert (counts(tried), tried.rejected_by_reason) == (counts(done), done.rejected_by_reason)


def test_a_file_that_cannot_be_read_changes_nothing(store, tmp_path):
    fill(store, tmp_path)
    before = store.fingerprint()
    path = tmp_path / "reports.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(BadInput):
        flow.import_reports(store, path, ImportOptions(), now=NOW)
    assert store.fingerprint() == before


def test_an_import_that_fails_half_way_changes_nothing(store, tmp_path, monkeypatch):
    before = store.fingerprint()

    def fail(*_, **__):
        raise RuntimeError("power cut")

    monkeypatch.setattr(store.rejects, "replace", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        take(store, tmp_path)
    assert store.fingerprint() == before


def test_a_mended_reject_is_a_reject_no_more(store, tmp_path):
    take(store, tmp_path, [row("1", "gestern"), row("2", "31.12.1900")])
    assert len(store.rejects.read()) == 2
    take(store, tmp_path, [row("1", "2026-03-02 08:00")], "mended.csv")
    assert [row["report_id"] for row in store.rejects.read()] == ["2"]
    assert store.reports.count() == 1


def test_the_first_reports_fix_the_zone_of_time_and_of_metres(store, tmp_path):
    take(
        store, tmp_path, [row("1", "2026-03-02 08:00", (-87.65, 41.88))], timezone="America/Chicago"
    )
    district = store.district.get()
    assert (district.timezone, district.timezone_fixed) == ("America/Chicago", True)
    assert district.utm_epsg == 32616
    take(store, tmp_path, [row("2", "2026-03-02 08:00", (-80.0, 41.88))], "east.csv")
    assert store.district.get().utm_epsg == 32616
    moments = store.reports.read(["reported_at"])["reported_at"]
    assert moments.nunique() == 1


def test_areas_that_come_first_fix_the_zone_of_metres_alone(store, tmp_path):
    flow.import_areas(store, write_areas(tmp_path))
    district = store.district.get()
    assert (district.utm_epsg, district.timezone_fixed) == (32648, False)


def test_a_region_that_is_set_refuses_points_outside(store, tmp_path):
    done = take(store, tmp_path, ROWS, region=(103.7, 36.0, 103.8, 36.1))
    assert done.rejected == 1
    assert [row["report_id"] for row in store.rejects.read()] == ["7"]
    store.district.set(region=(103.76, 36.0, 103.8, 36.1))
    assert take(store, tmp_path, ROWS).rejected == 5


def test_categories_of_another_city_become_categories(store, tmp_path):
    take(store, tmp_path, [row("1", "2026-03-02", category="Overflowing carts")])
    codes = store.words.categories().set_index("code")
    assert codes.loc["Overflowing carts", "name_zh"] == "Overflowing carts"


def test_areas_are_counted_and_a_broken_one_is_repaired_and_named(store, tmp_path):
    bow = shapely.Polygon([(103.75, 36.05), (103.752, 36.052), (103.752, 36.05), (103.75, 36.052)])
    done, repaired = flow.import_areas(
        store, write_areas(tmp_path, [*AREAS[1:], feature("A1", "结", "alley", bow)])
    )
    assert counts(done) == (4, 4, 0, 0, 0)
    assert [area_id for area_id, _ in repaired] == ["A1"]
    assert store.areas.read()["geometry"].is_valid.all()


def test_an_area_that_changes_is_updated(store, tmp_path):
    flow.import_areas(store, write_areas(tmp_path))
    changed = [feature("A1", "西湖前街", "alley", shapely.box(103.75, 36.05, 103.752, 36.052))]
    done, _ = flow.import_areas(store, write_areas(tmp_path, changed))
    assert counts(done) == (1, 0, 1, 0, 0)
    assert store.areas.read(ids=["A1"])["name"].tolist() == ["西湖前街"]


def test_crews_categories_and_kinds_come_by_file(store, tmp_path):
    files = {
        "crews": CREWS,
        "categories": "code,name_zh,name_en,link_distance_m\nX1,新类,New,45\n",
        "kinds": "kind,name_zh,name_en,fineness\nbridge,桥梁,bridge,4\n",
    }
    for table, text in files.items():
        path = tmp_path / f"{table}.csv"
        path.write_text(text, "utf-8")
        done = flow.import_table(store, path, table)
        assert (done.rejected, done.updated) == (0, 0)
        assert done.accepted == text.count("\n") - 1
        again = flow.import_table(store, path, table)
        assert (again.accepted, again.unchanged) == (0, done.accepted)
    assert store.crews.read()["crew_id"].tolist() == ["C1", "C2"]
    assert "X1" in set(store.words.categories()["code"])
    assert store.words.kinds().set_index("kind").loc["bridge", "locates"]


def test_a_file_of_one_column_changes_that_column_alone(store, tmp_path):
    files = {
        "crews": CREWS,
        "categories": "code,link_distance_m\nD01,45\nX1,20\n",
        "kinds": "kind,fineness\nsubdistrict,98\nbridge,4\n",
    }
    for table, text in files.items():
        path = tmp_path / f"{table}.csv"
        path.write_text(text, "utf-8")
        flow.import_table(store, path, table)
    (tmp_path / "crews.csv").write_text("crew_id,phone\nC1,110\nC3,120\n")
    flow.import_table(store, tmp_path / "crews.csv", "crews")

    category = store.words.categories().set_index("code")
    assert category.loc["D01", ["name_zh", "link_distance_m"]].tolist() == ["乱涂乱贴、野广告", 45]
    assert category.loc["D01", "scheme"] != "local"
    assert category.loc["X1", ["name_zh", "name_en", "scheme"]].tolist() == ["X1", "X1", "local"]
    kind = store.words.kinds().set_index("kind")
    assert kind.loc["subdistrict", ["name_zh", "fineness"]].tolist() == ["街道/乡镇", 98]
    assert kind["locates"].to_dict().items() >= {"subdistrict": False, "bridge": True}.items()
    assert kind.loc["bridge", "name_zh"] == "bridge"
    crew = store.crews.read().set_index("crew_id")
    assert crew.loc["C1", ["name", "phone"]].tolist() == ["一班", "110"]
    assert crew.loc["C3", "name"] == "C3"


def test_a_grid_covers_the_reports_and_the_cells_around(store, tmp_path):
    take(
        store, tmp_path, [row("1", "2026-03-02"), row("2", "2026-03-02", FAR, precision="fallback")]
    )
    made = flow.make_grid(store, 250)
    cells = store.areas.read()
    assert (made.accepted, len(cells)) == (9, 9)
    assert set(cells["kind"]) == {"grid"}
    assert cells.to_crs(32648).area.round().tolist() == [62500] * 9
    point = gpd.points_from_xy([ALLEY[0]], [ALLEY[1]])[0]
    assert cells.contains(point).sum() == 1
    assert flow.make_grid(store, 250).unchanged == 9


@pytest.mark.parametrize("cell", [0, -5, 9.9, 10_001, float("nan"), float("inf")])
def test_a_grid_that_makes_no_sense_is_refused(store, cell):
    with pytest.raises(BadUse):
        flow.make_grid(store, cell)


def test_a_grid_needs_reports(store):
    with pytest.raises(NotReady):
        flow.make_grid(store, 250)


def test_only_one_may_write_at_a_time(store, tmp_path):
    from geo_service.store import open_store

    other = open_store(store.url)
    try:
        with other.writer("somebody else"), pytest.raises(Busy) as caught:
            take(store, tmp_path)
    finally:
        other.close()
    assert "somebody else" in str(caught.value)
    assert store.reports.count() == 0


def told(done):
    return {one.key.removeprefix("intake."): one.count for one in done.warnings}


@pytest.mark.parametrize("by", ["areas", "reports"])
def test_points_far_from_what_the_store_holds_are_told_before_they_are_kept(store, tmp_path, by):
    if by == "areas":
        flow.import_areas(store, write_areas(tmp_path))
    else:
        take(store, tmp_path, ROWS)
    rows = [row("n", "2026-03-02"), row("f", "2026-03-02", (113.6, 34.7))]
    rows.append(row("s", "2026-03-02", (36.05, 103.75)))
    path = write_reports(tmp_path, rows, "far.csv")
    tried = flow.import_reports(store, path, ImportOptions(), now=NOW, dry_run=True)
    assert told(tried) == {"far_points": 1, "looks_swapped_told": 1}
    assert tried.rejected_by_reason == {"intake.looks_swapped": 1}
    line, point, km = tried.warnings[-1].example.split(": ")
    assert (line, point) == ("3", "113.6, 34.7")
    assert 870 < float(km.removesuffix(" km")) < 910
    done = flow.import_reports(store, path, ImportOptions(), now=NOW)
    assert (done.accepted, told(done)) == (2, told(tried))
