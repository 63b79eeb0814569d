"""Crews, units and account names of the schematic district; nobody is meant."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.terms import FRAMES

_CREWS = (
    ("清洗一班", "wash", "高压清洗车", "cleanup"),
    ("清洗二班", "wash", "高压清洗车", "cleanup"),
    ("清运一班", "haul", "小型自卸车", "cleanup"),
    ("清运二班", "haul", "小型自卸车", "cleanup"),
    ("综合班", "wash;haul", "多功能清扫车", "cleanup"),
    ("秩序一班", "order", "电动巡逻车", "order"),
    ("秩序二班", "order", "电动巡逻车", "order"),
    ("维修班", "repair", "工程抢修车", "repair"),
)
"""Name, skills, vehicle, kind."""

_CLERKS = "UN-01"
"""Whose clerk has an account: the bureau that answers for the wide streets."""
_LEADING = "区环境整治工作领导小组"


def draw_crews(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the crews, each with its depot at a station."""
    stations = areas.loc[areas["kind"] == "station", "geometry"].to_numpy()
    depots = shapely.get_coordinates(shapely.centroid(stations)).round(6)
    rows = []
    for number, (name, skills, vehicle, kind) in enumerate(_CREWS):
        lon, lat = depots[number % len(depots)].tolist()
        rows.append(
            {
                "crew_id": f"CR-{number + 1:02d}",
                "name": name,
                "leader": f"leader-{'abcdefgh'[number]}",
                "skills": skills,
                "vehicle": vehicle,
                "capacity_minutes": 480.0,
                "depot_lon": lon,
                "depot_lat": lat,
                "shift_start": "08:00",
                "shift_end": "17:00",
                # streets are swept on Sundays too; who repairs comes on working days
                "weekdays": "1,2,3,4,5" if skills == "repair" else "1,2,3,4,5,6,7",
                "kind": kind,
            }
        )
    return FRAMES["crews"].conform(pd.DataFrame(rows))


def draw_units(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the units that areas name, below the group that leads them."""
    leading = ("UN-00", _LEADING, "Leading group", "leading_group", None, None)
    rows: list[tuple[str | None, ...]] = [leading]
    offices = areas.loc[areas["kind"] == "subdistrict"].set_index("accountable_unit")["area_id"]
    for number, name in enumerate(sorted(areas["accountable_unit"].dropna().unique()), 1):
        kind = "subdistrict" if name in offices.index else "unit"
        rows.append((f"UN-{number:02d}", name, None, kind, "UN-00", offices.get(name)))
    names = ["unit_id", "name", "name_en", "kind", "parent_id", "subdistrict_id"]
    return FRAMES["units"].conform(pd.DataFrame(rows, columns=names))


def draw_people(crews: pd.DataFrame) -> pd.DataFrame:
    """Return account names with role, crew and unit; the passwords are made by who opens them."""
    desk = pd.DataFrame(
        {
            "name": ["supervisor", "office", "inspector1", "inspector2", "viewer"],
            "role": ["supervisor", "office", "inspector", "inspector", "viewer"],
            "crew_id": np.nan,
        }
    )
    leaders = pd.DataFrame(
        {"name": crews["leader"], "role": "crew-leader", "crew_id": crews["crew_id"]}
    )
    clerk = pd.DataFrame({"name": ["unit1"], "role": "unit", "unit_id": [_CLERKS]})
    return pd.concat([desk.astype("str"), leaders, clerk], ignore_index=True).astype("str")
