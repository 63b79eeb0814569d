import json

import numpy as np
import pandas as pd
import pytest
import shapely

from benchmarks import BENCHMARKS, live, patterns
from benchmarks.__main__ import chosen
from benchmarks.city import END, EPSG, CityParams, make_city
from benchmarks.clock import in_turn, run_process
from benchmarks.rows import AtLeast, AtMost, Machine, Row, table, write_results
from benchmarks.usual_map import usual_page
from geo_service.hotspots import gi_star, star_weights
from geo_service.link import link
from geo_service.measure import geometries_to_metres, hamed_rao, to_metres
from geo_service.store import open_store
from geo_service.terms import FRAMES

SMALL = CityParams(
    areas=120, reports=3_000, weeks=10, categories=3, reports_a_site=10, densest=40, seed=7
)
MACHINE = Machine(2, 8.0, "Linux x86_64", "3.11", {})
KEYS = {"name", "ours_seconds", "peer", "peer_seconds", "ratio", "asked", "holds"}


@pytest.fixture(scope="module")
def city():
    return make_city(SMALL)


def test_same_seed_same_city(city):
    again = make_city(SMALL)
    pd.testing.assert_frame_equal(city.reports, again.reports)
    assert (shapely.to_wkb(city.areas.geometry) == shapely.to_wkb(again.areas.geometry)).all()


def test_other_seed_other_city(city):
    other = make_city(CityParams(**{**vars(SMALL), "seed": 8}))
    assert (other.reports["lon"] != city.reports["lon"]).mean() > 0.99


def test_areas_are_valid_thin_and_as_many_as_asked(city):
    areas = city.areas[city.areas["kind"] != "subdistrict"]
    assert len(areas) == SMALL.areas
    assert set(areas["kind"]) == {"street", "alley", "market"}
    assert city.areas["area_id"].is_unique
    shapes = geometries_to_metres(city.areas.geometry.to_numpy(), EPSG)
    assert shapely.is_valid(shapes).all()
    alleys = shapes[(city.areas["kind"] == "alley").to_numpy()]
    assert (shapely.area(alleys) * 2 / shapely.length(alleys) < 5).all()


@pytest.mark.parametrize("kind", ["street", "alley", "market"])
def test_areas_of_a_kind_do_not_overlap(city, kind):
    shapes = geometries_to_metres(city.areas.geometry[city.areas["kind"] == kind].to_numpy(), EPSG)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = one < other
    assert shapely.area(shapely.intersection(shapes[one[apart]], shapes[other[apart]])).sum() < 0.1


def test_reports_are_a_table_of_reports(city):
    reports = city.reports
    assert list(reports.columns) == FRAMES["reports"].names
    assert len(reports) == SMALL.reports
    assert reports["report_id"].is_unique
    assert reports["category"].nunique() == SMALL.categories
    assert reports["reported_at"].is_monotonic_increasing
    assert reports["reported_at"].max() < END
    assert reports["reported_at"].min() >= END - pd.Timedelta(weeks=SMALL.weeks)


def test_closings_follow_their_report_and_some_are_missing(city):
    reports = city.reports
    fixed, verified = reports["fixed_at"], reports["verified_at"]
    assert (fixed.dropna() >= reports["reported_at"][fixed.notna()]).all()
    assert (verified.dropna() >= fixed[verified.notna()]).all()
    assert fixed[verified.notna()].notna().all()
    assert 0.05 < fixed.isna().mean() < 0.3
    assert verified.isna().sum() > fixed.isna().sum()


def test_reports_lie_in_or_beside_the_areas(city):
    x, y = to_metres(city.reports["lon"], city.reports["lat"], EPSG)
    shapes = geometries_to_metres(city.areas.geometry.to_numpy()[: SMALL.areas], EPSG)
    inside, _ = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="intersects")
    assert 0.4 < len(np.unique(inside)) / SMALL.reports < 1
    near, _ = shapely.STRtree(shapes).query(
        shapely.points(x, y), predicate="dwithin", distance=30.0
    )
    assert len(np.unique(near)) == SMALL.reports


def test_no_site_is_denser_than_the_densest():
    crowded = make_city(
        CityParams(areas=40, reports=390, weeks=4, categories=1, reports_a_site=39, densest=40)
    )
    assert len(crowded.reports) == 390
    near = shapely.points(*to_metres(crowded.reports["lon"], crowded.reports["lat"], EPSG))
    parts = shapely.get_parts(shapely.union_all(shapely.buffer(near, 20)))
    assert len(parts) > 1


@pytest.mark.parametrize("wrong", [{"areas": 5}, {"categories": 13}, {"densest": 10}])
def test_impossible_cities_are_refused(wrong):
    with pytest.raises(ValueError, match=r"a city has|densest"):
        CityParams(**wrong)


def test_city_written_as_files_reads_back(city, tmp_path):
    areas, reports = city.write(tmp_path)
    assert len(json.loads(areas.read_text())["features"]) == SMALL.areas + 9
    back = pd.read_csv(reports, dtype={"report_id": "str"})
    assert back["report_id"].tolist() == city.reports["report_id"].tolist()
    times = pd.to_datetime(back["fixed_at"], utc=True).astype("datetime64[us, UTC]")
    pd.testing.assert_series_equal(times, city.reports["fixed_at"])


# ---- rows --------------------------------------------------------------------------------------


def test_row_takes_medians_and_judges():
    row = Row.of(
        "locate_inside", [1.0, 9.0, 2.0], peer="a", peer_times=[10.0, 20.0, 30.0], asked=AtLeast(8)
    )
    assert (row.ours_seconds, row.peer_seconds, row.ratio) == (2.0, 20.0, 10.0)
    assert (row.asked, row.holds) == ("≥ 8 ×", True)
    assert (row.ours_spread, row.peer_spread, row.runs) == ((1.0, 9.0), (10.0, 30.0), 3)


@pytest.mark.parametrize(("seconds", "holds"), [(1.0, True), (1.001, False)])
def test_at_most_includes_its_edge(seconds, holds):
    assert Row.of("map_x", [seconds], asked=AtMost(1.0)).holds is holds


def test_a_figure_for_information_is_not_judged():
    row = Row.of("link_bulk", [0.5])
    assert (row.asked, row.holds, row.ratio) == (None, None, None)


def test_table_is_aligned_also_in_chinese():
    lines = table([Row.of("map_x", [0.5], peer="慢"), Row.of("link_bulk", [2.0], peer="ab")])
    head, first, second = lines.splitlines()
    assert head.index("peer seconds") == second.index("–")
    assert first.index("–") == second.index("–") - 1  # a wide letter takes two columns
    assert "500 ms" in first
    assert "2.00 s" in second


def test_results_hold_rows_and_machine(tmp_path):
    path = tmp_path / "results.json"
    write_results(path, [Row.of("link_bulk", [0.123456789])], MACHINE, (0.5, 1.5))
    found = json.loads(path.read_text())
    assert found["machine"]["cores"] == 2
    assert (found["machine"]["load_before"], found["machine"]["load_after"]) == (0.5, 1.5)
    (row,) = found["rows"]
    assert set(row) >= KEYS
    assert row["ours_seconds"] == 0.123457
    assert row["holds"] is None


def test_a_partial_run_leaves_other_rows(tmp_path):
    path = tmp_path / "results.json"
    write_results(
        path,
        [Row.of("link_bulk", [1.0]), Row.of("map_x", [2.0]), Row.of("map_gone", [2.0])],
        MACHINE,
        (0, 0),
    )
    more = [Row.of("map_x", [3.0]), Row.of("intake_y", [4.0])]
    write_results(path, more, MACHINE, (0, 0), keep_others=True)
    rows = json.loads(path.read_text())["rows"]
    assert [(row["name"], row["ours_seconds"]) for row in rows] == [
        ("link_bulk", 1.0),
        ("map_x", 3.0),
        ("intake_y", 4.0),
    ]


def test_this_machine_is_described_without_its_name():
    here = vars(Machine.here())
    assert here["cores"] >= 1
    assert here["memory_gb"] > 0
    assert set(here) == {"cores", "memory_gb", "system", "python", "libraries"}


# ---- running -----------------------------------------------------------------------------------


def test_benchmarks_are_chosen_by_their_name_or_a_rows():
    assert chosen(["link", "map_week_step"]) == ["map", "link"]
    assert chosen([]) == list(BENCHMARKS)
    with pytest.raises(SystemExit, match="no benchmark nonsense"):
        chosen(["nonsense"])


def test_work_that_differs_is_not_timed():
    with pytest.raises(AssertionError, match="disagree"):
        in_turn(lambda: 1, lambda: 2, same=lambda one, other: one == other)


def test_ours_and_peer_run_in_turn():
    order = []
    times = in_turn(
        lambda: order.append("o"), lambda: order.append("p"), same=lambda *_: True, runs=2
    )
    assert "".join(order) == "opopop"
    assert (len(times.ours), len(times.peer)) == (2, 2)


def test_a_process_tells_seconds_and_memory():
    done = run_process(["sh", "-c", "exit 0"], {})
    assert done.seconds > 0
    assert done.peak_mb > 0


def test_a_process_that_fails_says_why():
    with pytest.raises(RuntimeError, match="no luck"):
        run_process(["sh", "-c", "echo no luck >&2; exit 3"], {})


def test_usual_page_embeds_all_and_asks_no_foreign_host(city):
    areas = city.areas[city.areas["kind"] != "subdistrict"]
    page = usual_page(areas, pd.Series(np.arange(len(areas), dtype=float), index=areas.index))
    assert all(area_id in page for area_id in areas["area_id"])
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_live_sites_stand_as_the_rule_leaves_them(tmp_path, monkeypatch):
    store = open_store(f"sqlite:///{tmp_path / 'live.sqlite'}")
    monkeypatch.setattr(live, "CITY", SMALL)
    monkeypatch.setattr(live, "ACCEPTS", 40)
    places = live.fill(store, 1200)
    *near, accept = live._rows(store, places)
    assert [row.runs for row in near] == [1, 60, 60, 60]
    assert accept.runs == 40
    reports = store.reports.read()
    linked = link(
        reports,
        FRAMES["events"].empty(),
        store.words.categories(),
        epsg=EPSG,
        as_of=END + pd.Timedelta(days=1),
    )
    assert linked.cases["case_id"].tolist() == store.cases.read()["case_id"].tolist()
    store.close()


def test_patterns_without_a_peer_say_so_and_with_one_must_agree(monkeypatch):
    sizes = {"AREAS": 40, "COLUMNS": 30, "SERIES": 50, "RUNS": 1, "SAMPLE": 3, "SERIES_SAMPLE": 5}
    for name, size in sizes.items():
        monkeypatch.setattr(patterns, name, size)
    monkeypatch.setattr(patterns, "_interpreter", lambda: None)
    assert [row.note.split(";")[0] for row in patterns.measure()] == ["peer not installed"] * 2
    graph, values, series = patterns.drawn()
    weights = star_weights(graph.indptr, graph.indices)
    found = {
        "z": gi_star(weights, values[:, :3]),
        "s": hamed_rao(series[:5], lags=0).s,
        "trend_z": np.nan_to_num(hamed_rao(series[:5], lags=0).z),
        "gi_seconds": 0.3,
        "trend_seconds": 0.5,
    }
    monkeypatch.setattr(patterns, "_interpreter", lambda: "python")
    monkeypatch.setattr(patterns, "_peer", lambda *_: found)
    gi, trend = patterns.measure()
    # the time of a sample is that of all, multiplied
    assert (gi.peer_seconds, trend.peer_seconds) == pytest.approx((3.0, 5.0))
    found["z"] = found["z"] + 1e-6
    with pytest.raises(AssertionError, match="differ"):
        list(patterns.measure())
