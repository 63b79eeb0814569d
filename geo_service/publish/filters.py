"""What a reader asks for: kinds, categories, subdistricts, days, weeks, a rectangle.

The same words on a page's address, an export's address and the command line.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import numpy as np
import pandas as pd
import shapely

from geo_service.measure import (
    FIRST_DAY,
    LAST_DAY,
    Flags,
    local_midnight,
    week_edges,
    week_number,
)
from geo_service.publish.catalogue import Table
from geo_service.terms import ALL_CATEGORIES, BadUse

Mask = Flags
Box = tuple[float, float, float, float]

ALL_WEEKS = "all"
SUBDISTRICT = "subdistrict"

_WEEK = re.compile(r"\d{4}-W\d{2}", re.ASCII)


@dataclass(frozen=True)
class Filter:
    """One question. Everything empty asks for everything.

    Attributes
    ----------
    kind, category, subdistrict
        Any of these; a subdistrict by its id or its name.
    date_from, date_to
        Local days, both included.
    bbox
        West, south, east, north in degrees.
    week
        ISO weeks as ``2026-W26``, or ``all``.
    """

    kind: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    subdistrict: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    bbox: Box | None = None
    week: tuple[str, ...] = ()

    @classmethod
    def parse(cls, values: Mapping[str, str | None]) -> Self:
        """Read the words ``kind category subdistrict from to bbox week``; empty is absent.

        >>> Filter.parse({"kind": "alley,market", "bbox": "103,36,104,37"}).bbox
        (103.0, 36.0, 104.0, 37.0)

        Raises
        ------
        BadUse
            Names the word and the value that cannot be used.
        """
        first, last = _date("from", values.get("from")), _date("to", values.get("to"))
        if first and last and first > last:
            raise BadUse("publish.dates_turned", first=first, last=last)
        return cls(
            kind=_words(values.get("kind")),
            category=_words(values.get("category")),
            subdistrict=_words(values.get("subdistrict")),
            date_from=first,
            date_to=last,
            bbox=_bbox(values.get("bbox")),
            week=_weeks(values.get("week")),
        )

    def check(
        self,
        kinds: Collection[str],
        categories: Collection[str],
        subdistricts: Collection[str] | None = None,
    ) -> None:
        """Refuse kinds and categories, and subdistricts where they are given, that do not exist.

        Raises
        ------
        BadUse
            Names the one that is unknown.
        """
        for kind in self.kind:
            if kind not in kinds:
                raise BadUse("publish.unknown_kind", value=kind, known=", ".join(kinds))
        for category in self.category:
            if category != ALL_CATEGORIES and category not in categories:
                raise BadUse("publish.unknown_category", value=category)
        for name in self.subdistrict if subdistricts is not None else ():
            if name not in (subdistricts or ()):
                raise BadUse("publish.unknown_subdistrict", value=name)

    def areas(self, areas: pd.DataFrame) -> Mask:
        """Return which of `areas` are of the kinds, in the subdistricts and in the rectangle.

        A GeoDataFrame of all areas, the subdistricts among them.
        """
        keep = np.ones(len(areas), dtype=bool)
        if self.kind:
            keep &= areas["kind"].isin(self.kind).to_numpy()
        if self.subdistrict:
            keep &= areas["subdistrict_id"].isin(self._subdistrict_ids(areas)).to_numpy()
        if self.bbox is not None:
            keep &= shapely.intersects(
                np.asarray(areas["geometry"], dtype=object), shapely.box(*self.bbox)
            )
        return keep

    def rows(self, table: Table, rows: pd.DataFrame, areas: pd.DataFrame, timezone: str) -> Mask:
        """Return which `rows` of `table` the question asks for.

        `areas` is a GeoDataFrame of all, the subdistricts among them; days and weeks are meant in
        `timezone`.
        """
        if table.place == "own":
            return self.areas(rows)
        keep = np.ones(len(rows), dtype=bool)
        if table.name not in ("crews", "units"):
            keep &= self._places(table, rows, areas)
        if "category" in rows and self.category:
            every = ALL_CATEGORIES in self.category and table.name not in ("hotspots", "forecast")
            keep &= every | rows["category"].isin(self.category).to_numpy()
        if table.name == "hotspots":
            keep &= self._week_rows(rows["week"])
        elif table.at is not None:
            keep &= self._times(rows[table.at], timezone)
        return keep

    def asks_weeks(self) -> bool:
        """Tell whether weeks or days are asked for at all."""
        return bool(self.week or self.date_from or self.date_to)

    def weeks(self, known: list[str]) -> list[str]:
        """Return the weeks of `known` that the question asks for; the last one by default.

        A week that is not known is left out.
        """
        if not self.asks_weeks():
            return known[-1:]
        labels = pd.Series(known, dtype="str")
        return [*labels[self._week_rows(labels)]]

    def _places(self, table: Table, rows: pd.DataFrame, areas: pd.DataFrame) -> Mask:
        keep = np.ones(len(rows), dtype=bool)
        if self.kind:
            ids = areas.loc[areas["kind"].isin(self.kind), "area_id"]
            keep &= rows["area_id"].isin(ids).to_numpy()
        if self.subdistrict:
            wanted = self._subdistrict_ids(areas)
            ids = areas.loc[areas["subdistrict_id"].isin(wanted), "area_id"]
            inside = rows["area_id"].isin(ids).to_numpy()
            if "subdistrict_id" in rows:
                inside = inside | rows["subdistrict_id"].isin(wanted).to_numpy()
            keep &= inside
        if self.bbox is None:
            return keep
        if table.place == "point":
            west, south, east, north = self.bbox
            lon, lat = (rows[name].to_numpy(dtype=np.float64) for name in table.point)
            return keep & (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
        ids = areas.loc[Filter(bbox=self.bbox).areas(areas), "area_id"]
        return keep & rows["area_id"].isin(ids).to_numpy()

    def _subdistrict_ids(self, areas: pd.DataFrame) -> set[str]:
        named = areas.loc[
            (areas["kind"] == SUBDISTRICT) & areas["name"].isin(self.subdistrict), "area_id"
        ]
        return {*self.subdistrict, *named}

    def _times(self, values: pd.Series, timezone: str) -> Mask:
        keep = np.ones(len(values), dtype=bool)
        if not isinstance(values.dtype, pd.DatetimeTZDtype):
            days = values.astype("str").str.slice(0, 10)
            if self.date_from:
                keep &= (days >= self.date_from.isoformat()).to_numpy(dtype=bool)
            if self.date_to:
                keep &= (days <= self.date_to.isoformat()).to_numpy(dtype=bool)
            if self.week and ALL_WEEKS not in self.week:
                iso = pd.to_datetime(days, format="%Y-%m-%d").dt.strftime("%G-W%V")
                keep &= iso.isin(self.week).to_numpy()
            return keep
        if self.date_from:
            keep &= (values >= local_midnight(self.date_from, timezone)).to_numpy()
        if self.date_to:
            end = local_midnight(self.date_to + timedelta(days=1), timezone)
            keep &= (values < end).to_numpy()
        if self.week and ALL_WEEKS not in self.week:
            moments = values.astype("datetime64[us, UTC]").astype("int64").to_numpy()
            inside = np.zeros(len(values), dtype=bool)
            for label in self.week:
                number = week_number(label)
                start, end_of = week_edges(range(number, number + 1), timezone)
                inside |= (moments >= start) & (moments < end_of) & values.notna().to_numpy()
            keep &= inside
        return keep

    def _week_rows(self, labels: pd.Series) -> Mask:
        """Keep weeks that are named, and whose days overlap the days asked for."""
        keep = np.ones(len(labels), dtype=bool)
        if self.week and ALL_WEEKS not in self.week:
            keep &= labels.isin(self.week).to_numpy()
        # Labels of ISO weeks sort as text.
        if self.date_from:
            keep &= (labels >= self.date_from.strftime("%G-W%V")).to_numpy(dtype=bool)
        if self.date_to:
            keep &= (labels <= self.date_to.strftime("%G-W%V")).to_numpy(dtype=bool)
        return keep


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in (text or "").split(",") if word.strip()))


def _date(name: str, text: str | None) -> date | None:
    if not (text or "").strip():
        return None
    try:
        # from the year 1 to 9999 means everything
        return min(max(date.fromisoformat(str(text).strip()), FIRST_DAY), LAST_DAY)
    except ValueError:
        raise BadUse("publish.bad_date", name=name, value=text) from None


def _bbox(text: str | None) -> Box | None:
    if not (text or "").strip():
        return None
    try:
        west, south, east, north = (float(word) for word in str(text).split(","))
    except ValueError:
        raise BadUse("publish.bad_bbox", value=text) from None
    finite = all(math.isfinite(edge) for edge in (west, south, east, north))
    if not finite or west > east or south > north:
        raise BadUse("publish.bad_bbox", value=text)
    return west, south, east, north


def _weeks(text: str | None) -> tuple[str, ...]:
    weeks = _words(text)
    for label in weeks:
        if label == ALL_WEEKS:
            continue
        try:
            if not _WEEK.fullmatch(label):
                raise ValueError(label)  # noqa: TRY301 - one way out for both mistakes
            week_number(label)
        except ValueError:
            raise BadUse("publish.bad_week", value=label) from None
    return weeks
