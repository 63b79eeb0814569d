"""One report after another: areas made ready once, each point answered without a frame."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from geo_service.locate.fallback import OWN
from geo_service.locate.grid.locator import Locator
from geo_service.locate.grid.place import LocateParams
from geo_service.locate.grid.preference import preference_of
from geo_service.locate.located import locate
from geo_service.measure import Flags, km_to_box
from geo_service.measure.validity import LATEST, Validity
from geo_service.terms import FRAMES

_Ready = tuple[list[str], Locator]


class Placed(NamedTuple):
    """Where a report lies; as a row of LOCATED; `distance_m` in metres, 0 inside."""

    area_id: str | None
    subdistrict_id: str | None
    distance_m: float | None
    precision: str


class Placer:
    """Says where a report lies, as :func:`locate` does of a table; may be kept while areas stay."""

    def __init__(
        self,
        areas: pd.DataFrame,
        kinds: pd.DataFrame,
        *,
        epsg: int,
        params: LocateParams | None = None,
    ) -> None:
        self._areas, self._kinds, self._epsg, self._params = areas, kinds, epsg, params
        self._bounds = shapely.bounds(areas["geometry"].to_numpy(dtype=object)).reshape(-1, 4)
        self._validity = Validity.of(areas)
        self._ready_of: dict[bytes, tuple[_Ready, _Ready]] = {}

    def km_away(self, lon: float, lat: float) -> float:
        """Return how far a point lies from the box of the nearest area; NaN without areas."""
        if not len(self._bounds):
            return math.nan
        return float(km_to_box(lon, lat, self._bounds.T).min())

    def place(
        self,
        lon: float | None,
        lat: float | None,
        precision: str | None = None,
        *,
        address: str | None = None,
        area_name: str | None = None,
        subdistrict: str | None = None,
        at: int = LATEST - 1,
    ) -> Placed:
        """Place by the point, where it is the report's own, else by the words.

        Among the areas that are valid `at` a moment, microseconds; by itself at the latest.
        """
        valid = self._validity.during(at, at + 1)
        if lon is not None and lat is not None and (precision or "point") in OWN:
            x, y = np.array([lon]), np.array([lat])
            fine, subs = self._ready(valid)
            area_id, metres = _first(fine, x, y)
            subdistrict_id, _ = _first(subs, x, y)
            if subdistrict_id is not None or subdistrict is None:
                return Placed(area_id, subdistrict_id, metres, precision or "point")
        row = {
            "report_id": ["1"],
            "lon": [lon],
            "lat": [lat],
            "precision": [precision],
            "address": [address],
            "area_name": [area_name],
            "subdistrict": [subdistrict],
        }
        table = FRAMES["reports"].conform(pd.DataFrame(row))
        areas = self._areas[valid].drop(columns=["valid_from", "valid_to"], errors="ignore")
        found = locate(table, areas, self._kinds, epsg=self._epsg, params=self._params)
        one = found.iloc[0]
        area, sub = one["area_id"], one["subdistrict_id"]
        return Placed(
            None if pd.isna(area) else str(area),
            None if pd.isna(sub) else str(sub),
            None if pd.isna(one["distance_m"]) else float(one["distance_m"]),
            str(one["precision"]),
        )

    def _ready(self, valid: Flags) -> tuple[_Ready, _Ready]:
        """Return the areas that hold reports and the subdistricts, of those that are valid."""
        key = valid.tobytes()
        if key not in self._ready_of:
            areas, kinds = self._areas[valid], self._kinds
            holds = areas["kind"].isin(kinds.loc[kinds["locates"], "kind"])
            subs = areas["kind"] == "subdistrict"
            self._ready_of[key] = self._made(areas[holds]), self._made(areas[subs])
        return self._ready_of[key]

    def _made(self, areas: pd.DataFrame) -> _Ready:
        areas = areas.reset_index(drop=True)
        order = preference_of(areas, self._kinds, epsg=self._epsg)
        locator = Locator(areas, order, epsg=self._epsg, params=self._params)
        return areas["area_id"].astype("str").tolist(), locator


def _first(ready: _Ready, x: np.ndarray, y: np.ndarray) -> tuple[str | None, float | None]:
    ids, locator = ready
    place = locator.locate(x, y)
    row = int(place.area[0])
    return (None, None) if row < 0 else (ids[row], float(place.distance_m[0]))
