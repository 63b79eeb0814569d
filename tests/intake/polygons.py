"""Areas as GeoJSON, in few words."""

from __future__ import annotations

import json

import numpy as np
import shapely
from shapely.geometry import mapping

from geo_service.terms import packaged_kinds

KINDS = packaged_kinds()["kind"].tolist()


SQUARE = shapely.box(103.80, 36.05, 103.801, 36.051)


def feature(shape=SQUARE, id_=None, **properties):
    geometry = shape if shape is None or isinstance(shape, dict) else mapping(shape)
    out = {"type": "Feature", "properties": properties, "geometry": geometry}
    return out if id_ is None else {**out, "id": id_}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features})


def moved(shape, degrees):
    return shapely.transform(shape, lambda xy: xy + np.array([degrees, 0.0]))
