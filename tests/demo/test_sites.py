"""Sites of the schematic district are apart."""

from geo_service.demo.ground import draw_ground
from geo_service.demo.plant import PlantParams, draw_plan
from geo_service.demo.sites import APART_METRES


def test_spots_lie_farther_apart_than_the_link_distance():
    from scipy.spatial import cKDTree

    _, spots = draw_plan(draw_ground(1), PlantParams(), 1)
    for link, table in spots.items():
        points = table[["x", "y"]].to_numpy()
        nearest = cKDTree(points).query(points, k=2)[0][:, 1]
        assert nearest.min() >= APART_METRES[link] - 0.51
        assert nearest.min() > link
