"""Figures of a week as lists and drawers need them: chosen and joined, never computed."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.publish import TABLES, Filter
from geo_service.store import Filter as Where
from geo_service.terms import ALL_CATEGORIES, FRAMES
from geo_service.web import desk, question
from geo_service.web.places import places, zone
from geo_service.web.records import records
from geo_service.web.suggest import suggest

_YEAR = 52
_LATEST = 10
_COUNTS = ("cases", "closures", "rebounds")
_RENAMED = {"p_rebound_30_low": "low", "p_rebound_30_high": "high"}

WORST = [
    *("area_id", "name", "kind", "subdistrict", "subdistrict_name", "category", "week"),
    *("reports", "cases", "closures", "closures_unverified", "rebounds"),
    *("rebound_events_30", "rebound_spells", "p_rebound_30", "low", "high", "n_eff"),
    *("enough_data", "p_worse", "observed", "expected", "q_value", "hot", "pattern"),
    *("forecast", "rank", "crew_id"),
]
"""Fields of a row of the list of the worst."""


def week_rows(week: str, category: str) -> pd.DataFrame:
    """Return the rows of a week and category; kept while the run is the last."""
    run_id = desk.run().run_id

    def whole() -> pd.DataFrame:
        return desk.store().runs.week_rows(week, run_id)

    def rows() -> pd.DataFrame:
        table = desk.remember(("week", run_id, week), whole)
        return table[table["category"] == category].reset_index(drop=True)

    return desk.remember(("rows", run_id, week, category), rows)


def worst(week: str, category: str, asked: Filter, limit: int) -> pd.DataFrame:
    """Return the first `limit` rows of a category that `asked` lets through, worst first."""
    rows = week_rows(week, category)
    # Week and category are said; what is left to ask about are the places.
    where = Filter(kind=asked.kind, subdistrict=asked.subdistrict, bbox=asked.bbox)
    keep = where.rows(TABLES["hotspots"], rows, places().table, desk.district().timezone)
    rows = rows[keep].sort_values(["rank", "area_id"], kind="stable", na_position="last")
    return _named(rows.head(limit))


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    beside = places().beside(rows, ["subdistrict_name", "inner_lon", "inner_lat"])
    return pd.concat([rows.rename(columns=_RENAMED), beside], axis=1)


def suggested(rows: pd.DataFrame, category: str, week: str, day: date) -> NDArray[np.object_]:
    """Return a crew to propose for each of `rows` on `day`.

    Of all categories together each area is judged by the one it has most cases of.
    """
    points = rows[["inner_lon", "inner_lat"]].set_axis(["lon", "lat"], axis=1)
    asked = pd.Series(category, index=rows.index)
    if category == ALL_CATEGORIES:
        asked = rows["area_id"].map(_main_category(week))
    crews, assigned = desk.store().crews.read(), question.assigned_on(day)
    skill = asked.map({name: question.skill_of(name) for name in asked.dropna().unique()})
    out = np.full(len(rows), None, dtype=object)
    for need, group in points.groupby(skill.fillna(""), sort=False):
        place = points.index.get_indexer(group.index)
        out[place] = suggest(group, crews, assigned, day, str(need) or None, zone())
    return out


def _main_category(week: str) -> pd.Series:
    """Return the category with most cases in the trailing weeks, by area."""
    run_id = desk.run().run_id

    def most() -> pd.Series:
        table = desk.store().runs.week_rows(week, run_id)
        table = table[(table["category"] != ALL_CATEGORIES) & (table["cases"] > 0)]
        table = table.sort_values(["cases", "category"], ascending=[False, True])
        return table.drop_duplicates("area_id").set_index("area_id")["category"]

    return desk.remember(("main category", run_id, week), most)


def series(name: str, category: str) -> NDArray[Any] | None:
    """Return weekly counts, areas by weeks; kept while the run is the last."""
    run = desk.run()
    return desk.remember(
        ("series", run.run_id, name, category),
        lambda: desk.store().runs.series(name, category, run.run_id),
    )


def _array_row() -> dict[str, int]:
    run = desk.run()
    return desk.remember(
        ("array rows", run.run_id),
        lambda: {key: n for n, key in enumerate(desk.store().runs.area_ids(run.run_id))},
    )


def recent(area_ids: pd.Series, name: str, category: str, week: str, weeks: int) -> list[list[int]]:
    """Return the counts of the `weeks` up to `week` for each area; fewer where history begins."""
    end = desk.run().weeks.index(week) + 1
    counts = series(name, category)
    width = min(end, weeks)
    if counts is None:
        return [[0] * width for _ in area_ids]
    row = area_ids.map(_array_row()).fillna(-1).to_numpy(dtype=int)
    found = np.where(row[:, None] >= 0, counts[row, end - width : end], 0)
    lines: list[list[int]] = found.astype(int).tolist()
    return lines


def summary(area_id: str, category: str, week: str, day: date) -> dict[str, Any]:
    """Return what the drawer of an area says about a category in a week.

    Raises
    ------
    NotFound
        If there is no such area.
    """
    area = places().one(area_id)
    rows = week_rows(week, category)
    rows = rows[rows["area_id"] == area_id]
    if rows.empty:
        rows = _nothing(area, category, week)
    named = _named(rows.head(1))
    named["crew_id"] = suggested(named, category, week, day)
    facts = records(named, WORST)[0]
    return {
        **facts,
        **_district(category),
        "unverified": facts["closures_unverified"],
        "observed": facts["observed"] or "unknown",
        "weekly": _weekly(area_id, category, week),
        "latest": _latest(area_id, category),
    }


def _nothing(area: pd.Series, category: str, week: str) -> pd.DataFrame:
    row = {
        "area_id": [area["area_id"]],
        "name": [area["name"]],
        "kind": [area["kind"]],
        "subdistrict": [area["subdistrict_id"]],
        "category": [category],
        "week": [week],
        **{name: [0] for name in ("reports", "cases", "closures", "rebounds")},
        **{name: [0] for name in ("rebound_spells", "rebound_events_30", "closures_unverified")},
    }
    return FRAMES["hotspots"].conform(pd.DataFrame(row))


def _district(category: str) -> dict[str, Any]:
    level = "district" if category == ALL_CATEGORIES else "category"
    rates = desk.store().runs.rates(level)
    if level == "category":
        rates = rates[rates["category"] == category]
    columns = ["closures", "rebounds_30", "p_rebound_30"]
    found = records(rates.head(1), columns)
    values = found[0] if found else dict.fromkeys(columns)
    return {f"district_{name}": value for name, value in values.items()}


def _weekly(area_id: str, category: str, week: str) -> list[dict[str, Any]]:
    one = pd.Series([area_id])
    counts = {name: recent(one, name, category, week, _YEAR)[0] for name in _COUNTS}
    end = desk.run().weeks.index(week) + 1
    labels = desk.run().weeks[max(0, end - _YEAR) : end]
    return [
        {"week": label, **dict(zip(_COUNTS, values, strict=True))}
        for label, values in zip(labels, zip(*counts.values(), strict=True), strict=True)
    ]


def _latest(area_id: str, category: str) -> list[dict[str, Any]]:
    cases = desk.store().cases.of_area(area_id, _LATEST if category == ALL_CATEGORIES else None)
    if category != ALL_CATEGORIES:
        cases = cases[cases["category"] == category].head(_LATEST)
    columns = [
        "case_id",
        "category",
        "opened_at",
        "fixed_at",
        "verified_at",
        "state",
        "link",
        "episode",
        "gap_days",
    ]
    return records(cases.assign(address=_addresses(cases)), [*columns, "address"])


def _addresses(cases: pd.DataFrame) -> pd.Series:
    """Return the address of each case's opening report, whose id the case bears."""
    if cases.empty:
        return pd.Series(dtype="str")
    where = Where(area_ids=(str(cases["area_id"].iloc[0]),), start=cases["opened_at"].min())
    reports = desk.store().reports.read(["report_id", "address"], where)
    return cases["case_id"].map(reports.set_index("report_id")["address"])
