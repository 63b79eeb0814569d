"""What lies within the blocks of the schematic district."""

import numpy as np
import shapely

from geo_service.demo import Demo
from geo_service.measure import geometries_to_metres


def metres(demo: Demo, kind: str) -> np.ndarray:
    rows = demo.areas[demo.areas["kind"] == kind]
    return geometries_to_metres(rows.geometry.to_numpy(), 32648)


def test_alleys_are_thin_and_begin_at_a_street(demo):
    rows = demo.areas[demo.areas["kind"] == "alley"]
    assert rows["length_m"].between(80, 400).all()
    assert (rows["area_m2"] / rows["length_m"]).between(3.9, 7.1).all()
    streets = shapely.union_all(metres(demo, "street"))
    assert (shapely.distance(metres(demo, "alley"), streets) < 1.0).all()


def test_places_lie_in_their_subdistrict(demo):
    towns = demo.areas[demo.areas["kind"] == "subdistrict"].set_index("area_id").geometry
    places = demo.areas[demo.areas["kind"].isin(["alley", "market", "compound", "plaza"])]
    home = towns.loc[places["subdistrict_id"]].to_numpy()
    assert shapely.contains(home, places.geometry.to_numpy()).all()
    streets = demo.areas[demo.areas["kind"] == "street"]
    home = towns.loc[streets["subdistrict_id"]].to_numpy()
    assert shapely.intersects(home, streets.geometry.to_numpy()).all()
