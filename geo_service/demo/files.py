"""The district as files, byte for byte the same each time."""

import gzip
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.demo.district import Demo

_ZONE = "Asia/Shanghai"
_COLUMNS = (
    *("report_id", "source", "category", "reported_at", "received_at", "lon", "lat", "precision"),
    *("address", "area_name", "subdistrict", "description", "status", "fixed_at", "verified_at"),
    *("closed_at", "is_duplicate", "is_cancelled"),
)
_TIMES = ("reported_at", "received_at", "fixed_at", "verified_at", "closed_at")


def write_demo(folder_boundaries: Path, folder_reports: Path, demo: Demo) -> None:
    """Write polygons and background to one folder, reports and all other tables to another."""
    for folder in (folder_boundaries, folder_reports):
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in boundary_texts(demo).items():
        (folder_boundaries / name).write_text(text, "utf-8", newline="\n")
    for name, text in report_texts(demo).items():
        if name.endswith(".gz"):
            # no name and no time in the header: equal reports make equal files
            (folder_reports / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        else:
            (folder_reports / name).write_text(text, "utf-8", newline="\n")


def boundary_texts(demo: Demo) -> dict[str, str]:
    """Return the text of each file of ``data/boundaries``."""
    areas = demo.areas.assign(subdistrict=demo.areas["subdistrict_id"])
    columns = ["area_id", "name", "kind", "subdistrict", "aliases", "accountable_unit"]
    return {
        "areas.geojson": _collection(areas, columns, "area_id"),
        "ground.geojson": _collection(demo.ground, ["name", "kind"], None),
    }


def report_texts(demo: Demo) -> dict[str, str]:
    """Return the text of each file of ``data/reports``, uncompressed."""
    reports = demo.reports[list(_COLUMNS)].copy()
    for column in _TIMES:
        local = reports[column].dt.tz_convert(_ZONE)
        reports[column] = local.dt.strftime("%Y-%m-%dT%H:%M:%S+08:00")
    for column in ("is_duplicate", "is_cancelled"):
        reports[column] = reports[column].map({True: "true", False: ""})
    for column in ("lon", "lat"):
        reports[column] = reports[column].map("{:.6f}".format).mask(reports[column].isna())
    return {
        "reports.csv.gz": reports.to_csv(index=False, lineterminator="\n"),
        "visits.csv.gz": _plain(_visits(demo)),
        "crews.csv": _plain(demo.crews),
        "units.csv": _plain(demo.units),
        "truth.json": json.dumps(demo.truth, ensure_ascii=False, indent=1) + "\n",
    }


def _visits(demo: Demo) -> pd.DataFrame:
    """Return the log as a patrol would write it: when it began, and how long it took."""
    table = demo.visits[["visit_id", "person", "area_id", "started_at", "minutes", "kind"]]
    local = table["started_at"].dt.tz_convert(_ZONE).dt.strftime("%Y-%m-%dT%H:%M+08:00")
    return table.assign(started_at=local, minutes=table["minutes"].astype("int64"))


def _plain(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def _collection(table: gpd.GeoDataFrame, columns: list[str], key: str | None) -> str:
    """Return an RFC 7946 collection, a feature a line, so that changes can be read."""
    lines = []
    shapes = shapely.to_geojson(table.geometry.to_numpy())
    for values, shape in zip(table[columns].to_dict("records"), shapes, strict=True):
        properties: dict[str, Any] = {k: _null(v) for k, v in values.items()}
        feature: dict[str, Any] = {"type": "Feature"}
        if key is not None:
            feature["id"] = values[key]
        feature["properties"] = {**properties, "schematic": True}
        feature["geometry"] = json.loads(shape)
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = '{"type":"FeatureCollection","schematic":true,"features":[\n'
    return head + ",\n".join(lines) + "\n]}\n"


def _null(value: object) -> object:
    return None if isinstance(value, float) and np.isnan(value) else value
