import numpy as np
import pandas as pd
import pytest

from geo_service.hotspots import HotspotParams, density_cells, weekly_cells
from geo_service.measure import to_degrees
from geo_service.terms import FRAMES
from tests.hotspots.cities import drawn_cases, edges

EPSG = 32648
DAY = 86_400_000_000


@pytest.fixture(scope="module")
def cases():
    return drawn_cases(9, n=300)


@pytest.fixture(scope="module")
def cells(cases):
    return density_cells(cases, edges(8)[1:], epsg=EPSG)


def test_counts_sum_to_the_cases_of_thirty_days(cases, cells):
    standing = cases[cases["state"] != "cancelled"]
    for week, end in enumerate(edges(8)[1:]):
        until = pd.Timestamp(int(end), unit="us", tz="UTC")
        opened = standing["opened_at"]
        inside = standing[(opened < until) & (opened >= until - pd.Timedelta(days=30))]
        assert cells["*", week][:, 2].sum() == len(inside)
        for category in ("D01", "D02"):
            mine = (inside["category"] == category).sum()
            assert cells[category, week][:, 2].sum() == mine


def test_the_sum_of_categories_is_the_star_layer(cells):
    for week in range(8):
        parts = np.vstack([cells[category, week] for category in ("D01", "D02")])
        table = pd.DataFrame(parts, columns=["x", "y", "n"]).groupby(["x", "y"])["n"].sum()
        whole = pd.DataFrame(cells["*", week], columns=["x", "y", "n"]).set_index(["x", "y"])["n"]
        pd.testing.assert_series_equal(table, whole.sort_index(), check_dtype=False)


def case_at(*metres, at="2026-01-06"):
    lon, lat = to_degrees(*np.array(metres, dtype=float).T, EPSG)
    table = {"lon": lon, "lat": lat, "opened_at": at, "state": "open", "category": "D01"}
    return FRAMES["cases"].conform(pd.DataFrame(table))


def test_a_cell_reaches_a_hundred_metres_from_multiples_of_a_hundred():
    made = case_at((383_300.01, 3_988_300.01), (383_399.99, 3_988_399.99), (383_400.01, 3_988_350))
    got = density_cells(made, edges(1)[1:], epsg=EPSG)["*", 0]
    assert got.tolist() == [[3833, 39883, 2], [3834, 39883, 1]]


def test_the_side_of_a_cell_is_a_parameter():
    made = case_at((383_300.01, 3_988_300.01), (383_449.99, 3_988_300.01))
    params = HotspotParams(cell_m=50)
    got = density_cells(made, edges(1)[1:], epsg=EPSG, params=params)["*", 0]
    assert got.tolist() == [[7666, 79766, 1], [7668, 79766, 1]]


def test_a_case_leaves_the_cell_after_thirty_days():
    made = case_at((383_350, 3_988_350), at="2026-01-07T16:00:00Z")
    at = made["opened_at"].array.asi8[0]
    ends = at + np.array([0, 1, 30 * DAY, 30 * DAY + 1])
    got = density_cells(made, ends, epsg=EPSG)
    assert [len(got["*", week]) for week in range(4)] == [0, 1, 1, 0]


def test_a_cancelled_case_heats_nothing():
    made = case_at((383_350, 3_988_350)).assign(state="cancelled")
    assert len(density_cells(made, edges(1)[1:], epsg=EPSG)["*", 0]) == 0


def test_without_cases_every_week_is_empty():
    got = density_cells(FRAMES["cases"].empty(), edges(2)[1:], epsg=EPSG)
    assert {key: cell.shape for key, cell in got.items()} == {("*", 0): (0, 3), ("*", 1): (0, 3)}
    assert got["*", 0].dtype == np.int32


def test_the_cells_of_a_week_alone_are_what_was_opened_in_it(cases):
    ends = edges(8)
    solved = cases["opened_at"] + pd.Timedelta(days=9)
    table = cases.assign(verified_at=solved, link=np.where(cases.index % 3, "new", "rebound"))
    standing = table[(table["state"] != "cancelled") & table["lon"].notna()]
    found = {(layer, category, week): cells for layer, category, week, cells in of_weeks(table)}
    for week in range(2, 8):
        begin, end = (pd.Timestamp(int(at), unit="us", tz="UTC") for at in ends[week : week + 2])
        inside = standing[(standing["opened_at"] >= begin) & (standing["opened_at"] < end)]
        back = inside[inside["link"] == "rebound"]
        open_ = standing[(standing["opened_at"] < end) & (standing["verified_at"] >= end)]
        told = {"heat_cases": inside, "heat_rebounds": back, "heat_unsolved": open_}
        for layer, rows in told.items():
            assert found[layer, "*", week][:, 2].sum() == len(rows), layer
            own = [cells for (one, name, at), cells in found.items() if (one, at) == (layer, week)]
            assert sum(cells[:, 2].sum() for cells in own) == 2 * len(rows)
    assert {week for *_, week in found} == set(range(2, 8))


def test_what_nobody_spoke_of_for_half_a_year_is_not_unsolved(cases):
    never = cases.assign(verified_at=pd.NaT, link="new").head(1)
    never["verified_at"] = pd.to_datetime(never["verified_at"], utc=True)
    ends = edges(60)
    alone = weekly_cells(never.assign(state="open"), ends, epsg=EPSG)
    open_ = [week for layer, name, week, cells in alone if layer == "heat_unsolved" and len(cells)]
    assert len(set(open_)) in (25, 26)


def of_weeks(table):
    return weekly_cells(table, edges(8), epsg=EPSG, first=2)
