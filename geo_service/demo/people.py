"""Crews and account names of the schematic district; nobody is meant."""

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
                "weekdays": "1,2,3,4,5",
                "kind": kind,
            }
        )
    return FRAMES["crews"].conform(pd.DataFrame(rows))


def draw_people(crews: pd.DataFrame) -> pd.DataFrame:
    """Return account names with role and crew; the passwords are made by who opens them."""
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
    return pd.concat([desk.astype("str"), leaders], ignore_index=True).astype("str")
