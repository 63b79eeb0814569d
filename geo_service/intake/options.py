"""What an import is told, and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import geopandas as gpd
import pandas as pd

Bounds = tuple[float, float, float, float]
"""West, south, east, north in WGS 84 degrees."""

Progress = Callable[[int, int | None], None]
"""Called with rows done and rows in all (None while that is unknown)."""


@dataclass(frozen=True)
class Layout:
    """How a file of rows lies, where detection must not decide.

    Parameters
    ----------
    encoding
        As Python names it: ``gb18030``, ``utf-8`` …; for text only.
    sheet
        Name of a workbook's sheet, or its number from 1.
    header_row
        Number, from 1, of the line or the sheet's row that names the columns.
    """

    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None

    def or_of(self, other: Self) -> "Layout":
        """Return this, with what it leaves open as `other` says it."""
        return Layout(
            self.encoding or other.encoding,
            self.sheet or other.sheet,
            other.header_row if self.header_row is None else self.header_row,
        )


AS_FOUND: Final = Layout()
"""Nothing is said: all is found out."""


@dataclass(frozen=True)
class ImportOptions:
    """How to read a file of reports.

    Parameters
    ----------
    preset
        Name of a packaged preset, or of one of `presets`.
    preset_file
        A preset of the user's own; goes before `preset`.
    mapping
        Field → column name, or without header its number from 1; empty: the file has none.
    set_values
        Field → the value every row gets.
    header
        Whether a line names the columns.
    layout
        Encoding, sheet and header row.
    crs
        ``wgs84``, ``gcj02``, ``bd09`` or an authority code such as ``EPSG:3435``.
    timezone
        Zone of times without an offset.
    time_format
        A format after :func:`time.strptime`, where detection must not decide.
    source
        Who the reports come from, where no column says so.
    region
        Points outside it are rejected.
    near
        Where points are expected: a far one is told, and what brings it back.
    timezone_default
        Zone where neither `timezone` nor the preset names one.
    presets
        The district's own: name → what a preset's TOML says.
    words
        What people of the district say words mean: ``status`` → word → meaning, ``category`` →
        word → code.
    """

    preset: str | None = None
    preset_file: Path | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    set_values: Mapping[str, str] = field(default_factory=dict)
    header: bool = True
    layout: Layout = AS_FOUND
    crs: str | None = None
    timezone: str | None = None
    time_format: str | None = None
    source: str | None = None
    region: Bounds | None = None
    near: Bounds | None = None
    timezone_default: str = "Asia/Shanghai"
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class IntakeWarning:
    """Something that was mended or doubted: phrase key, how often, and one example."""

    key: str
    count: int
    example: str


@dataclass(frozen=True)
class Found:
    """How a file was taken: what was found out, and what was told.

    Parameters
    ----------
    layout, sheets
        Encoding, sheet and header row, and the names of all sheets.
    columns
        The file's columns, in order.
    fields
        Field → the columns that it was read from.
    """

    layout: Layout = AS_FOUND
    sheets: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportsIn:
    """What a file of reports holds: tables, and what was mended or doubted.

    ``read == len(reports) + repeated + len(rejects)``.

    Parameters
    ----------
    reports
        Table ``reports``, given columns only, one row an id; beside them `reopened`: rows whose
        source says that they are open, so that no closing told before holds.
    repeated
        Rows that a later row of the same id replaces.
    categories, scheme
        Table ``categories``: those met in the file that are not packaged; and their scheme.
    timezone
        Zone in which times without an offset were read.
    unknown
        Status words that nobody says the meaning of, with how many rows have each.
    found
        How the file was taken.
    rejected_at
        `line`, `lon` and `lat` of each row of `rejects`; degrees, missing where it has none.
    """

    reports: pd.DataFrame
    repeated: int
    rejects: pd.DataFrame
    warnings: list[IntakeWarning]
    read: int
    categories: pd.DataFrame
    scheme: str
    timezone: str
    unknown: Mapping[str, int] = field(default_factory=dict)
    found: Found = field(default_factory=Found)
    rejected_at: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class AreasIn:
    """What a file of areas holds: table ``areas``, repairs as (area_id, why), rejects, warnings."""

    areas: gpd.GeoDataFrame
    repaired: list[tuple[str, str]]
    rejects: pd.DataFrame
    warnings: list[IntakeWarning]


@dataclass(frozen=True)
class TableIn:
    """What a file of crews, units, categories or kinds holds.

    ``read == len(rows) + repeated + len(rejects)``.
    """

    rows: pd.DataFrame
    rejects: pd.DataFrame
    read: int
    repeated: int
    warnings: list[IntakeWarning] = field(default_factory=list)
