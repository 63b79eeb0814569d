"""Tables on stdout: for people, as csv, as JSON, as GeoJSON."""

from __future__ import annotations

import json
import math
import sys
import unicodedata
from typing import Any

import click
import geopandas as gpd
import numpy as np
import pandas as pd

from geo_service import publish
from geo_service.terms import say

_MOST_ROWS = 40


def show(
    table: publish.Rows, format_: str, language: str, ids: tuple[str, ...] | None = None
) -> None:
    """Print `table`, whole or in parts; in GeoJSON it needs a geometry column."""
    if format_ == "csv":
        _write(publish.csv_stream(table))
        return
    if format_ == "geojson":
        if isinstance(table, pd.DataFrame) and "geometry" in table:
            table = gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")
        _write(publish.feature_collection(table, ids=ids))
        return
    table = publish.one_table(table)
    if format_ == "json":
        plain = table.drop(columns=["geometry"], errors="ignore")
        click.echo(json.dumps(records(plain), ensure_ascii=False, indent=1))
    else:
        click.echo(as_text(table.drop(columns=["geometry"], errors="ignore"), language))


def _write(pieces: Any) -> None:  # noqa: ANN401 (an iterator of bytes)
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as JSON values: null for missing, times in ISO 8601 UTC."""
    columns = {str(name): [_plain(v) for v in table[name]] for name in table.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return value.tz_convert("UTC").isoformat().replace("+00:00", "Z")
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def as_text(table: pd.DataFrame, language: str) -> str:
    """Return a table for people: aligned, at most forty rows, the rest counted."""
    shown = table.head(_MOST_ROWS)
    columns = [
        [str(name), *(_short(_plain(value)) for value in shown[name])] for name in shown.columns
    ]
    numeric = [pd.api.types.is_numeric_dtype(shown[name].dtype) for name in shown.columns]
    widths = [max(map(_width, column)) for column in columns]
    lines = []
    for row in range(len(shown) + 1):
        cells = []
        for column, width, right in zip(columns, widths, numeric, strict=True):
            blank = " " * (width - _width(column[row]))
            cells.append(blank + column[row] if right else column[row] + blank)
        lines.append("  ".join(cells).rstrip())
    if len(table) > len(shown):
        lines.append(say("cli.more_rows", language, count=len(table) - len(shown)))
    return "\n".join(lines)


def _short(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) < 1e6 else f"{value:.0f}"
    return str(value)


def _width(text: str) -> int:
    """Columns a text takes on a terminal: East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
