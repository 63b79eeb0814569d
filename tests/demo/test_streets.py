"""Streets of the schematic district hang together."""

import numpy as np
import shapely

from geo_service.demo import Demo
from geo_service.measure import geometries_to_metres


def metres(demo: Demo, kind: str) -> np.ndarray:
    rows = demo.areas[demo.areas["kind"] == kind]
    return geometries_to_metres(rows.geometry.to_numpy(), 32648)


def test_streets_hang_together(demo):
    shapes = metres(demo, "street")
    near = shapely.union_all(shapely.buffer(shapes, 0.5))
    assert shapely.get_num_geometries(near) == 1


def test_streets_are_15_to_30_metres_wide(demo):
    rows = demo.areas[demo.areas["kind"] == "street"]
    width = rows["area_m2"] / rows["length_m"]
    # crossings cut from the narrower street lower its mean width
    assert width.between(13.5, 30.5).all()
