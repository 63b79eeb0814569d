import numpy as np
import pandas as pd
import pytest
import shapely

from geo_service.locate import Placer, locate
from geo_service.terms import FRAMES, packaged_kinds

EPSG = 32648
AREAS = FRAMES["areas"].conform(
    pd.DataFrame(
        {
            "area_id": ["A", "B", "S", "T"],
            "name": ["西湖后街", "西津路", "西园", "秀川"],
            "kind": ["alley", "street", "subdistrict", "subdistrict"],
            "subdistrict_id": ["S", "S", None, None],
            "geometry": [
                shapely.box(103.75, 36.05, 103.752, 36.052),
                shapely.box(103.751, 36.05, 103.76, 36.052),
                shapely.box(103.74, 36.04, 103.78, 36.06),
                shapely.box(103.78, 36.04, 103.80, 36.06),
            ],
        }
    )
)


@pytest.fixture(scope="module")
def placer():
    return Placer(AREAS, packaged_kinds(), epsg=EPSG)


def test_one_report_lies_where_it_lies_among_many(placer):
    rng = np.random.default_rng(1)
    n = 60
    lon, lat = rng.uniform(103.735, 103.80, n), rng.uniform(36.049, 36.053, n)
    lon[::7] = np.nan
    lat[::7] = np.nan
    table = FRAMES["reports"].conform(
        pd.DataFrame(
            {
                "report_id": [str(k) for k in range(n)],
                "lon": lon,
                "lat": lat,
                "precision": rng.choice(["point", "address", "fallback"], n),
                "address": rng.choice(["西湖后街口", "西津路8号", "别处"], n),
                "subdistrict": rng.choice(["秀川", "S", "nowhere", ""], n),
            }
        )
    )
    many = locate(table, AREAS, packaged_kinds(), epsg=EPSG)
    plain = lambda value: None if pd.isna(value) else value  # noqa: E731
    for row, said in zip(table.itertuples(), many.itertuples(), strict=True):
        one = placer.place(
            plain(row.lon),
            plain(row.lat),
            plain(row.precision),
            address=plain(row.address),
            subdistrict=plain(row.subdistrict),
        )
        expected = (said.area_id, said.subdistrict_id, said.distance_m, said.precision)
        assert one == tuple(plain(value) for value in expected)


def test_a_district_without_areas_places_nothing():
    empty = Placer(FRAMES["areas"].empty(), packaged_kinds(), epsg=EPSG)
    assert empty.place(103.75, 36.05) == (None, None, None, "point")
    assert empty.place(None, None, address="西津路") == (None, None, None, "none")


def test_how_far_a_point_lies_from_the_nearest_area(placer):
    assert placer.km_away(103.795, 36.05) == 0
    assert placer.km_away(103.75, 37.06) == pytest.approx(111.2, rel=0.01)
    nothing = Placer(AREAS.iloc[:0], packaged_kinds(), epsg=EPSG)
    assert np.isnan(nothing.km_away(0, 0))


def test_a_report_is_placed_among_the_areas_of_its_moment():
    edge = pd.Timestamp("2026-01-01", tz="UTC")
    ends = pd.Series([edge, pd.NaT, pd.NaT, pd.NaT], dtype="datetime64[us, UTC]")
    placer = Placer(AREAS.assign(valid_to=ends), packaged_kinds(), epsg=EPSG)
    at = edge.value // 1000
    for spot, words in (((103.7515, 36.051), None), ((None, None), "西湖后街，西津路")):
        before = placer.place(*spot, address=words, at=at - 1)
        assert before.area_id == "A"
        assert placer.place(*spot, address=words, at=at).area_id == "B"
        assert placer.place(*spot, address=words).area_id == "B"
