"""Where a report lies, by areas that are made ready once a version of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import pandas as pd

from geo_service.locate import Placed, Placer
from geo_service.store import Store

_KEPT = 2
_kept: OrderedDict[tuple[str, int, int], Placer] = OrderedDict()
_keeping = Lock()


@dataclass(frozen=True)
class Places:
    """Areas of one version, and the points on which sources put what they could not place."""

    placer: Placer | None
    version: int
    fallbacks: tuple[tuple[float, float, str], ...]

    def precision(self, lon: float, lat: float, given: str) -> str:
        """Return `given`, or that the point is a known fallback."""
        for x, y, _ in self.fallbacks:
            if round(lon * 1e7) == round(x * 1e7) and round(lat * 1e7) == round(y * 1e7):
                return "fallback"
        return given

    def place(self, row: Mapping[str, Any]) -> tuple[Placed, int | None]:
        """Return where a report lies, and by which version of the areas.

        Nothing is known of places while no point has fixed the zone of metres.
        """
        if self.placer is None:
            return Placed(None, None, None, "none"), None
        found = self.placer.place(
            row.get("lon"),
            row.get("lat"),
            row.get("precision"),
            address=row.get("address"),
            area_name=row.get("area_name"),
            subdistrict=row.get("subdistrict"),
        )
        return found, self.version


def places_of(
    store: Store, epsg: int | None, fallbacks: tuple[tuple[float, float, str], ...]
) -> Places:
    """Return the areas of the store, made ready in this process before or now."""
    version = store.areas.version()
    if epsg is None:
        return Places(None, version, fallbacks)
    key = (store.url, version, epsg)
    with _keeping:
        placer = _kept.pop(key, None)
        if placer is None:
            areas = pd.DataFrame(store.areas.read())
            placer = Placer(areas, store.words.kinds(), epsg=epsg)
        _kept[key] = placer
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return Places(placer, version, fallbacks)
