"""Areas made ready for being asked where points lie: few points by trees, many by a grid."""

import hashlib
import math
from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo_service.locate.grid import inside, nearest
from geo_service.locate.grid.by_tree import ByTree
from geo_service.locate.grid.edges import are_plain, edges_of
from geo_service.locate.grid.nearest import Segments, make_segments
from geo_service.locate.grid.place import LocateParams, Place
from geo_service.locate.grid.raster import Raster, make_raster
from geo_service.measure import Floats, Ints, to_metres

FEW_POINTS = 2_000
"""So few that trees answer before a locator made earlier is found by its areas' content."""
MANY_POINTS = 20_000
"""Points for which the grid of few areas pays."""
POINTS_AN_AREA = 2
"""And this many more for each area."""
KEPT = 4
"""Sets of areas remembered in the process: a district asks two, its areas and subdistricts."""


class Locator:
    """A set of areas, made ready as far as the number of points asked is worth it.

    It may be kept as long as the areas stay the same, shared by threads, and pickled.

    Parameters
    ----------
    areas
        AREAS with `geometry` in WGS 84, drawn without crossing the antimeridian.
    preference
        Place of each area in the order of preference, smallest first, no two alike; shape (m,).
    epsg
        The store's UTM zone.
    """

    def __init__(
        self,
        areas: pd.DataFrame,
        preference: Ints,
        *,
        epsg: int,
        params: LocateParams | None = None,
    ) -> None:
        self._geometries = np.asarray(areas["geometry"], dtype=object)
        self._preference = np.asarray(preference, dtype=np.int64)
        self._epsg = epsg
        self._params = params or LocateParams()
        # The last two stand for what is not decided and for none: -2 and -1 as numbers from behind.
        self._order = np.argsort(self._preference)
        self._names = np.append(self._order, [-1, -1])
        self._asked = 0
        self._lock = Lock()
        self._ready: tuple[Raster, Segments] | None = None
        self._plain: bool | None = None
        self._many = MANY_POINTS + POINTS_AN_AREA * len(self._geometries)
        self._tree = self._new_tree()

    def locate(self, lon: Floats, lat: Floats) -> Place:
        """Give each point the preferred area that contains it, else the nearest within reach.

        `lon` and `lat` are degrees, shape (n,); NaN finds no area.
        """
        lon, lat = _numbers(lon), _numbers(lat)
        ready = self._grid(len(lon))
        return self._tree.locate(lon, lat) if ready is None else self._by_grid(lon, lat, *ready)

    def inside(self, lon: Floats, lat: Floats) -> Ints:
        """Return the preferred area that contains each point, -1 where none does.

        What :meth:`locate` gives to points at distance 0, without looking for near ones.
        """
        lon, lat = _numbers(lon), _numbers(lat)
        ready = self._grid(len(lon))
        return self._tree.inside(lon, lat) if ready is None else self._inside(lon, lat, ready[0])

    def prepare(self) -> None:
        """Make the grid now, whatever the number of points that will be asked."""
        self._grid(self._many)

    def _grid(self, points: int) -> tuple[Raster, Segments] | None:
        """Return the grid if it is there or pays now; trees serve areas that are no polygons."""
        # Whoever asks few points at a time waits for each answer: no question of theirs should be
        # the one that takes long.
        self._asked += points if points >= FEW_POINTS else 0
        if self._ready is not None or self._plain is False or self._asked < self._many:
            return self._ready
        with self._lock:
            if self._ready is None and self._plain is None:
                edges = edges_of(self._geometries[self._order])
                self._plain = (
                    len(edges.corner) > 0
                    and math.isfinite(self._params.nearest_m)
                    and are_plain(self._geometries)
                )
                if self._plain:
                    segments = make_segments(edges, self._epsg, self._params.nearest_m)
                    self._ready = make_raster(edges), segments
        return self._ready

    def _by_grid(self, lon: Floats, lat: Floats, raster: Raster, segments: Segments) -> Place:
        area = self._inside(lon, lat, raster)
        distance = np.zeros(len(lon))
        outside = np.flatnonzero(area < 0)
        x, y = to_metres(lon[outside], lat[outside], self._epsg)
        near, metres = nearest.areas_near(
            x, y, segments, self._params.nearest_m, self._params.tie_m
        )
        area[outside] = self._names[near]
        distance[outside] = metres
        open_ = np.flatnonzero(near == nearest.UNDECIDED)
        place = self._tree.nearest(x[open_], y[open_])
        area[outside[open_]], distance[outside[open_]] = place.area, place.distance_m
        return Place(area, distance)

    def _inside(self, lon: Floats, lat: Floats, raster: Raster) -> Ints:
        found = inside.areas_at(lon, lat, raster)
        open_ = np.flatnonzero(found == raster.areas)
        area = self._names[found]
        area[open_] = self._tree.inside(lon[open_], lat[open_])
        return area

    def _new_tree(self) -> ByTree:
        return ByTree(self._geometries, self._preference, self._epsg, self._params)

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k not in ("_lock", "_tree")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._lock = Lock()
        self._tree = self._new_tree()


def _numbers(values: Floats) -> Floats:
    """Return them as compiled code takes them: code for other layouts would be compiled anew."""
    return np.require(values, dtype=np.float64, requirements=["C", "W"])


def locate_points(
    lon: Floats,
    lat: Floats,
    areas: pd.DataFrame,
    preference: Ints,
    *,
    epsg: int,
    params: LocateParams | None = None,
) -> Place:
    """Give each point the preferred area that contains it, else the nearest within reach.

    Containment is asked in the coordinates that the polygons are drawn in, where a point on a
    straight edge is exactly on it; distances are asked in metres.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,); NaN finds no area.
    areas, preference
        As for :class:`Locator`.

    Returns
    -------
    place
        The area of each point and the metres to it.
    """
    params = params or LocateParams()
    make = Locator if len(lon) < FEW_POINTS else _locator_of
    return make(areas, preference, epsg=epsg, params=params).locate(lon, lat)


_kept: OrderedDict[bytes, Locator] = OrderedDict()
_keeping = Lock()


def _locator_of(
    areas: pd.DataFrame, preference: Ints, *, epsg: int, params: LocateParams
) -> Locator:
    """Return the locator of these very areas: the one made before in this process, or a new one.

    Known by their content, so that no caller has to say when areas have changed.
    """
    content = hashlib.blake2b(digest_size=16)
    for shape in shapely.to_wkb(areas["geometry"].to_numpy()):
        content.update(shape or b"-")
    content.update(np.ascontiguousarray(preference).tobytes())
    content.update(repr((epsg, params, len(areas))).encode())
    key = content.digest()
    with _keeping:
        locator = _kept.pop(key, None)
        if locator is None:
            locator = Locator(areas, preference, epsg=epsg, params=params)
        _kept[key] = locator
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return locator
