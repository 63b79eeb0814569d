"""Figures of a week as lists and drawers need them: chosen and joined, never computed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.publish import Filter
from geo_service.terms import ALL_CATEGORIES, FRAMES, HORIZON_LAYERS, HOT_LEVELS, OBSERVED
from geo_service.web.base import desk, question
from geo_service.web.base.keep import Kept
from geo_service.web.base.permissions import may
from geo_service.web.base.records import Plain, records
from geo_service.web.base.scope import sees, sees_all
from geo_service.web.data.adjusted import adjusted
from geo_service.web.data.case_list import lists_of
from geo_service.web.data.shapes import inner_metres, places, run_order, zone
from geo_service.web.data.suggest import Candidates, candidates

_YEAR = 52
_LATEST = 10
_SPARK = 12
_PATTERN_WEEKS = 26
_CANDIDATES = Kept[Candidates]("candidates", room=16)
_MAIN_CATEGORY = Kept[dict[str, str]]("main category", room=64)
_SERIES = Kept[NDArray[Any] | None]("series", room=48)
_NOTHING = Kept[dict[str, Any]]("nothing")
_DISTRICT_RATES = Kept[dict[str, Any]]("district rates", room=64)
_RECORD = Kept[dict[str, Any]]("record of labels")
_GI = Kept[NDArray[Any] | None]("gi")
_NO_Z = np.iinfo(np.int16).min
_COUNTS = ("cases", "closures", "rebounds")
_NOUGHTS = (
    *("reports", "cases", "closures", "rebounds"),
    *("rebound_spells", "rebound_events_30", "closures_unverified"),
)
_RENAMED = {"p_rebound_30_low": "low", "p_rebound_30_high": "high"}

WORST = [
    *("area_id", "name", "kind", "subdistrict", "subdistrict_name", "category", "week"),
    *("reports", "cases", "closures", "closures_unverified", "rebounds"),
    *("rebound_events_30", "rebound_spells", "p_rebound_30", "low", "high", "n_eff"),
    *("enough_data", "p_worse", "observed", "expected", "q_value", "hot", "pattern"),
    *("hot_around", "uncertain", "hot_subdistrict", "hot_rebound", "windows", "gi_z"),
    *("pattern_word", "note", "forecast", "expected_rebounds_28", "expected_cases_28"),
    *("reason", "chronic_sites", "third_cases", "overdue", "rank", "crew_id"),
]
"""Fields of a row of the list of the worst."""


def state(day: date) -> tuple[object, ...]:
    """Return what the figures with their proposed crews depend on: the same while they are."""
    run_id, load = desk.run().run_id, tuple(desk.load_on(day).items())
    lists = may("view_case") and sees_all()
    given = tuple(
        (area, one["assignment_id"], one["version"]) for area, one in desk.given_since(day).items()
    )
    return (
        run_id,
        desk.areas_version(),
        zone(),
        desk.digest("crews", "categories"),
        load,
        given,
        lists,
    )


@dataclass(frozen=True)
class WeekRows:
    """The rows of a week and category: hot ones, then the others, each worst first.

    Attributes
    ----------
    plain
        What is written of each.
    place
        Row number in `places`, -1 where the area is no more.
    row
        Row number by row number in `places`, -1 where an area has none.
    """

    plain: Plain
    place: NDArray[np.intp]
    row: NDArray[np.int32]

    @property
    def nbytes(self) -> int:
        """How many bytes it holds, more or less."""
        return self.plain.nbytes + self.place.nbytes + self.row.nbytes

    @classmethod
    def of(cls, table: pd.DataFrame) -> Self:
        """Sort `table` and find its areas."""
        order = {"by": ["hot", "rank", "area_id"], "ascending": [False, True, True]}
        table = table.sort_values(**order, kind="stable", na_position="last")
        table = table.reset_index(drop=True)
        all_ = places()
        known = [all_.row.get(area_id, -1) for area_id in table["area_id"]]
        place = np.array(known, dtype=np.intp)
        row = np.full(len(all_.row), -1, dtype=np.int32)
        row[place[place >= 0]] = np.flatnonzero(place >= 0)
        beside = all_.beside(table, ["subdistrict_name"])
        whole = pd.concat([table.rename(columns=_RENAMED), beside], axis=1)
        plain = Plain.of(whole.assign(crew_id=None), WORST)
        # The ids of `places`, not as many again.
        ids, there = plain.columns["area_id"], place >= 0
        if ids.dtype == object:
            ids[there] = all_.table["area_id"].to_numpy(dtype=object)[place[there]]
        return cls(plain, place, row)

    def that(self, where: Filter, limit: int) -> NDArray[np.intp]:
        """Return the numbers of the first `limit` rows whose places `where` lets through."""
        if where == Filter():
            return np.arange(min(limit, len(self.place)))
        # Behind the last place stands what an area that is no more gets: no.
        kept = np.append(where.areas(places().table), np.False_)[self.place]
        return np.flatnonzero(kept)[:limit]


_ROWS = Kept[WeekRows]("rows", room=512)


def week_rows(week: str, category: str) -> WeekRows:
    """Return the rows of a week and category; kept while the run is the last."""
    run_id = desk.run().run_id
    return _ROWS.of(
        (run_id, desk.areas_version(), week, category),
        lambda: WeekRows.of(desk.store().runs.week_rows(week, run_id, category)),
    )


def worst(week: str, category: str, where: Filter, limit: int, day: date) -> list[dict[str, Any]]:
    """Return the first `limit` rows that `where` lets through, each with a crew and a spark."""
    rows = week_rows(week, category)
    chosen = rows.that(where, limit)
    found = rows.plain.records(chosen)
    ids = [row["area_id"] for row in found]
    crews = suggested(ids, rows.place[chosen], category, week, day)
    sparks = recent(ids, "cases", category, week, _SPARK)
    # a leader is told of no other crew's list
    given = desk.given_since(day) if sees_all() else {}
    return [
        row
        | {"crew_id": crew, "spark": spark, "given": given.get(row["area_id"])}
        | {"list": lists_of(row["area_id"], category, [week])["back"]}
        for row, crew, spark in zip(found, crews, sparks, strict=True)
    ]


def suggested(
    area_ids: list[str], place: NDArray[np.intp], category: str, week: str, day: date
) -> list[str | None]:
    """Return a crew to propose for each area on `day`.

    Of all categories together each area is judged by the one it has most cases of. `place` are the
    areas' row numbers in `places`, -1 for what is no more.
    """
    asked: list[str | None] = [category] * len(area_ids)
    if category == ALL_CATEGORIES:
        main = _main_category(week)
        asked = [main.get(area_id) for area_id in area_ids]
    needs = question.skills()
    skill = np.array([needs.get(one or "", "") for one in asked], dtype=object)
    x, y = (np.append(part, np.nan)[place] for part in inner_metres())
    out = np.full(len(area_ids), None, dtype=object)
    for need in sorted(set(skill)):
        mine = skill == need
        out[mine] = _candidates(need, day).nearest(x[mine], y[mine])
    return out.tolist()


def _candidates(need: str, day: date) -> Candidates:
    load = desk.load_on(day)
    return _CANDIDATES.of(
        (day, need, zone(), desk.digest("crews"), tuple(load.items())),
        lambda: candidates(desk.crews(), load, day, need or None, zone()),
    )


def _main_category(week: str) -> dict[str, str]:
    """Return the category with most cases in the trailing weeks, by area."""
    run_id = desk.run().run_id

    def most() -> dict[str, str]:
        table = desk.store().runs.week_rows(week, run_id)
        table = table[(table["category"] != ALL_CATEGORIES) & (table["cases"] > 0)]
        table = table.sort_values(["cases", "category"], ascending=[False, True])
        first = table.drop_duplicates("area_id")
        return dict(zip(first["area_id"], first["category"], strict=True))

    return _MAIN_CATEGORY.of((run_id, week), most)


def series(name: str, category: str) -> NDArray[Any] | None:
    """Return weekly counts, areas by weeks; kept while the run is the last."""
    run = desk.run()
    return _SERIES.of(
        (run.run_id, name, category),
        lambda: desk.store().runs.series(name, category, run.run_id),
    )


def recent(area_ids: list[str], name: str, category: str, week: str, weeks: int) -> list[list[int]]:
    """Return the counts of the `weeks` up to `week` for each area; fewer where history begins."""
    end = desk.run().weeks.index(week) + 1
    counts = series(name, category)
    width = min(end, weeks)
    if counts is None:
        return [[0] * width for _ in area_ids]
    known = run_order().row
    row = np.array([known.get(area_id, -1) for area_id in area_ids], dtype=np.intp)
    found = np.where(row[:, None] >= 0, counts[row, end - width : end], 0)
    return found.astype(int).tolist()


def summary(area_id: str, category: str, week: str, day: date) -> dict[str, Any]:
    """Return what the drawer of an area says about a category in a week.

    Raises
    ------
    NotFound
        If there is no such area.
    """
    places().one(area_id)
    rows = week_rows(week, category)
    place = places().row[area_id]
    row = rows.row[place]
    if row < 0:
        shown = places().shown.records(np.array([place]))[0]
        told = {name: shown[name] for name in ("area_id", "name", "kind", "subdistrict_name")}
        facts = _nothing() | told | {"subdistrict": shown["subdistrict_id"]}
        facts |= {"category": category, "week": week}
    else:
        facts = rows.plain.records(np.array([row]))[0]
    facts |= _next_week(area_id, category, week)
    held = zip(HOT_LEVELS, ("hot", "hot_around", "hot_subdistrict"), strict=True)
    level = next((one for one, flag in held if facts[flag]), "")
    if level == HOT_LEVELS[1] and facts["uncertain"]:
        level = ""
    weekly = _weekly(area_id, category, week)
    (crew,) = suggested([area_id], np.array([place]), category, week, day)
    return {
        **facts,
        "crew_id": crew,
        **_district(category),
        "unverified": facts["closures_unverified"],
        "observed": facts["observed"] or observed(area_id, category, week),
        "adjusted": adjusted(area_id, category),
        "weekly": weekly,
        "lists": lists_of(area_id, category, [one["week"] for one in weekly]),
        "gi_series": gi_series(area_id, category, week),
        "latest": _latest(area_id, category),
        "judged": bool(np.isfinite(rows.plain.columns["q_value"].astype(float)).any()),
        "record": record_of(level, category),
    }


def _next_week(area_id: str, category: str, week: str) -> dict[str, Any]:
    """Return what is expected of the week after the last; of others nothing is kept but the map."""
    names = ("forecast", "forecast_low", "forecast_high")
    told, row = series("forecast", category), run_order().row.get(area_id)
    if told is None or row is None or week != desk.run().last_week or np.isnan(told[row, 0]):
        return dict.fromkeys(names)
    return dict(zip(names, told[row].tolist(), strict=False))


def record_of(level: str, category: str) -> list[int] | None:
    """Return of how many labels of a level how many came true; None without any."""
    run_id = desk.run().run_id
    told = _RECORD.of((run_id,), lambda: dict(desk.store().runs.record()))
    return told.get(level, {}).get(category)


def observed(area_id: str, category: str, week: str) -> str:
    """Return whether anybody looked at an area in the four weeks, also where nothing happened."""
    states, row = series("observed", category), run_order().row.get(area_id)
    if states is None:
        states = series("observed", ALL_CATEGORIES)
    if states is None or row is None:
        return OBSERVED[0]
    return OBSERVED[int(states[row, desk.run().weeks.index(week)])]


def _nothing() -> dict[str, Any]:
    """Return the row of an area where nothing happened."""

    def row() -> dict[str, Any]:
        noughts = pd.DataFrame({name: [0] for name in _NOUGHTS})
        whole = FRAMES["hotspots"].conform(noughts).rename(columns=_RENAMED)
        return records(whole.assign(subdistrict_name=None, crew_id=None), WORST)[0]

    return _NOTHING.of((), row)


def usual_per_mille(category: str, days: int) -> float | None:
    """Return the whole district's probability, by which the map measures its areas."""
    usual = _district(category)[f"district_p_rebound_{days}"]
    return None if usual is None else round(usual * 1000, 1)


def _district(category: str) -> dict[str, Any]:
    run_id = desk.run().run_id
    level = "district" if category == ALL_CATEGORIES else "category"
    of = None if category == ALL_CATEGORIES else category
    columns = ["closures", "rebounds_30", *(f"p_rebound_{days}" for days in HORIZON_LAYERS)]

    def rates() -> dict[str, Any]:
        found = records(desk.store().runs.rates(level, of, run_id).head(1), columns)
        values = found[0] if found else dict.fromkeys(columns)
        return {f"district_{name}": value for name, value in values.items()}

    return _DISTRICT_RATES.of((run_id, category), rates)


def _weekly(area_id: str, category: str, week: str) -> list[dict[str, Any]]:
    counts = {name: recent([area_id], name, category, week, _YEAR)[0] for name in _COUNTS}
    end = desk.run().weeks.index(week) + 1
    labels = desk.run().weeks[max(0, end - _YEAR) : end]
    return [
        {"week": label, **dict(zip(_COUNTS, values, strict=True))}
        for label, values in zip(labels, zip(*counts.values(), strict=True), strict=True)
    ]


def gi_series(area_id: str, category: str, week: str) -> list[dict[str, Any]]:
    """Return Gi* of the weeks that make a pattern, and whether each was hot (1) or cold (-1).

    Empty where no week has one.
    """
    run = desk.run()
    end = run.weeks.index(week) + 1
    weeks = run.weeks[max(0, end - _PATTERN_WEEKS) : end]
    row = run_order().row.get(area_id)
    kept = _GI.of((run.run_id, category, week), lambda: _gi_weeks(category, weeks, run.run_id))
    if row is None or kept is None or (kept[:, 0, row] == _NO_Z).all():
        return []
    return [
        {"week": label, "z": None if z == _NO_Z else int(z) / 100, "mark": int(mark)}
        for label, (z, mark) in zip(weeks, kept[:, :, row], strict=True)
    ]


def _gi_weeks(category: str, weeks: list[str], run_id: str) -> NDArray[Any] | None:
    """Return weeks × (hundredths of Gi*, mark) × areas."""
    found = [desk.store().runs.values("gi", category, week, run_id) for week in weeks]
    known = [one for one in found if one is not None]
    return np.stack(known) if known and len(known) == len(weeks) else None


def _latest(area_id: str, category: str) -> list[dict[str, Any]]:
    """Return the latest cases, a new report's among them."""
    of = None if category == ALL_CATEGORIES else category
    names = desk.categories().set_index("code")[["name_zh", "name_en"]].T.to_dict()
    return [
        {name: _written(value) for name, value in row.items()} | names.get(row["category"], {})
        for row in desk.store().cases.latest_of_area(area_id, _LATEST, of)
        if sees({"area_id": area_id, **row})
    ]


def _written(value: object) -> object:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
