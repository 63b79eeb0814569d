"""Zones of hot areas: rows of a week put together, never judged anew."""

import json
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo_service.publish import geometries_as_json
from geo_service.terms import HOT_LEVELS, say
from geo_service.web.base import desk
from geo_service.web.base.answers import Body, as_json
from geo_service.web.base.keep import Kept
from geo_service.web.data.shapes import SCREEN_DIGITS, SCREEN_TOLERANCE_M, places, simplified
from geo_service.web.data.week_rows import record_of


def zone_name(name: str, areas: int, language: str) -> str:
    """Return what a zone is called: its worst area, and how many more.

    >>> zone_name("西湖后街", 5, "en"), zone_name("西湖后街", 5, "zh")
    ('西湖后街 and 4 more', '西湖后街等5处')
    """
    # in Chinese all of them are counted, in English the others
    count = areas if language == "zh" else areas - 1
    return say("web.zone_name", language, name=name, count=count)


_ZONES = Kept[list[dict[str, Any]]]("zones")
_BODIES = Kept[Body]("zones body")


def week_zones(week: str, category: str) -> list[dict[str, Any]]:
    """Return the zones of a week and category, the one with most cases beyond those expected first.

    `cases` and `expected` are the sums of the areas, which have one each.
    """
    run_id = desk.run().run_id
    key = (run_id, desk.areas_version(), week, category)
    return _ZONES.of(key, lambda: _read(week, category, run_id))


def zones_body(week: str, category: str) -> Body:
    """Return them as GeoJSON, each zone the shapes of its areas."""
    key = (desk.run().run_id, desk.areas_version(), week, category)
    return _BODIES.of(key, lambda: _body(week_zones(week, category)))


def _read(week: str, category: str, run_id: str) -> list[dict[str, Any]]:
    rows = desk.store().runs.week_rows(week, run_id, category)
    finer = rows["hot"].eq(True) | (rows["hot_around"].eq(True) & ~rows["uncertain"].eq(True))
    taken = set(rows.loc[finer, "subdistrict"])
    # a subdistrict is shown where nothing finer in it is hot
    coarse = rows[rows["hot_subdistrict"].eq(True) & ~rows["subdistrict"].isin(taken)]
    names = dict(zip(rows["area_id"], rows["name"].fillna(rows["area_id"]), strict=True))
    names |= dict(zip(places().table["area_id"], places().table["name"], strict=True))
    area, around, subdistrict = HOT_LEVELS
    zones = [(zone, mine, "") for zone, mine in rows.groupby("zone", sort=True)]
    zones += [(one, mine, subdistrict) for one, mine in coarse.groupby("subdistrict", sort=True)]
    found = []
    for zone, mine, coarser in zones:
        name, areas = str(names.get(zone, zone)), len(mine)
        level = coarser or (area if mine["hot"].any() else around)
        found.append(
            {
                "zone_id": f"{zone}|{category}|{week}",
                "name": name,
                "name_zh": name if coarser else zone_name(name, areas, "zh"),
                "name_en": name if coarser else zone_name(name, areas, "en"),
                "level": level,
                "record": record_of(level, category),
                "category": category,
                "week": week,
                "areas": areas,
                "area_ids": _lead_first(str(zone), mine),
                "cases": int(mine["cases"].sum()),
                "expected": round(float(mine["expected"].sum()), 2),
            }
        )
    return sorted(found, key=lambda one: (one["expected"] - one["cases"], one["zone_id"]))


def _lead_first(zone: str, rows: pd.DataFrame) -> list[str]:
    order = np.lexsort((rows["area_id"], -(rows["cases"] - rows["expected"]).astype(float)))
    ids = [str(one) for one in rows["area_id"].to_numpy(dtype=object)[order]]
    return [*(one for one in ids if one == zone), *(one for one in ids if one != zone)]


def _body(found: list[dict[str, Any]]) -> Body:
    all_ = places()
    shapes = all_.table.geometry.to_numpy()
    together = np.empty(len(found), dtype=object)
    for number, zone in enumerate(found):
        here = [all_.row[one] for one in zone["area_ids"] if one in all_.row]
        together[number] = shapely.multipolygons(shapely.get_parts(shapes[here]))
    texts = geometries_as_json(list(simplified(together, SCREEN_TOLERANCE_M)), SCREEN_DIGITS)
    features = [
        {"type": "Feature", "id": zone["zone_id"], "geometry": json.loads(text), "properties": zone}
        for zone, text in zip(found, texts, strict=True)
    ]
    return Body.of(as_json({"type": "FeatureCollection", "features": features}))
