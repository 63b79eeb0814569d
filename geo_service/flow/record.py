"""What is said when a week closes is sealed; later what came is noted beside it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pandas as pd

from geo_service import link
from geo_service.forecast import DAYS, Came, ewma, lifetime, outcome
from geo_service.measure import moment_at, week_edges, week_number
from geo_service.store import FORECAST, Run, Store
from geo_service.terms import ALL_CATEGORIES

RETOLD, LATE = "retold", "late"
_RETOLD_WEEKS = 30
_SIMPLE_WEEKS = 13.0
_TEXTS = ("area_id", "category", "case_id")
_IN_TIME = timedelta(days=7)


def keep_record(store: Store, memory: link.Memory, now: datetime) -> None:
    """Seal what the last run says of its last week, and score what was sealed before.

    Parameters
    ----------
    memory
        What linking found for that run.
    """
    run = store.runs.latest()
    if run is None or not run.weeks:
        return
    district = store.district.get()
    told = {(one.week, one.kind) for one in store.seals.all()}
    for week in run.weeks[-_RETOLD_WEEKS:] if district.demo else run.weeks[-1:]:
        end = _end(week, district.timezone)
        late = RETOLD if district.demo else LATE if now > end + _IN_TIME else ""
        # of weeks that are over no forecast is left that could be re-told
        kinds = DAYS if week == run.last_week else DAYS.keys() - {"forecast"}
        if all((week, kind) in told for kind in kinds):
            continue
        for kind, statement in _statements(store, run, week):
            store.seals.add(
                week, kind, statement, sealed_at=now, as_of=min(run.as_of, end), late=late
            )
    store.seals.keep_record(lifetime(_outcomes(store, run, memory, district.timezone)))


def _statements(store: Store, run: Run, week: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield what the run says of a week, by kind; nothing where it says nothing yet."""
    rows = store.runs.week_rows(week, run.run_id)
    if rows["q_value"].notna().any():
        hot = rows[rows["hot"].fillna(False).astype(bool)]
        yield "hot", hot[["area_id", "category", "expected"]]
    if rows["expected_rebounds_28"].notna().any():
        of_all = rows[rows["category"] == ALL_CATEGORIES].set_index("area_id")
        # a simple average of cases is what the list is held against
        told = pd.DataFrame({"shown": -of_all["rank"], "simple": of_all["expected_cases_28"]})
        # areas in which nothing ever happened stand last in both
        none = {"shown": -len(told) - 1, "simple": 0.0}
        told = told.reindex(store.runs.area_ids(run.run_id)).fillna(none)
        yield "ranking", told.rename_axis("area_id").reset_index()
    risks = store.runs.closing_risks([week], run.run_id)
    if len(risks):
        yield "risks", risks[["case_id", "p30", "p90"]].dropna()
    if week == run.last_week and run.params.get(FORECAST):
        yield from (("forecast", said) for said in _forecast(store, run))


def _forecast(store: Store, run: Run) -> Iterator[pd.DataFrame]:
    """Yield, if anything is expected, what is so, and what a simple average would say."""
    area_ids, parts = store.runs.area_ids(run.run_id), []
    for category in run.params[FORECAST]["categories"]:
        said = store.runs.series(FORECAST, category, run.run_id)
        past = store.runs.series("cases", category, run.run_id)
        if category == ALL_CATEGORIES or said is None or past is None:
            continue
        part = pd.DataFrame(said, columns=["mean", "low80", "high80", "low95", "high95"])
        part.insert(0, "area_id", area_ids)
        part.insert(1, "category", category)
        part.insert(3, "simple", ewma(past, _SIMPLE_WEEKS)[:, -1])
        parts.append(part[part["mean"].notna()])
    if parts:
        yield pd.concat(parts, ignore_index=True)


def _outcomes(
    store: Store, run: Run, memory: link.Memory, timezone: str
) -> list[tuple[str, dict[str, float]]]:
    """Return what came of all statements; of those whose time is over now it is noted first."""
    out, tables = [], None
    for seal in store.seals.all():
        begin, days = _end(seal.week, timezone), DAYS[seal.kind]
        if seal.outcome is not None:
            out.append((seal.kind, seal.outcome))
        elif begin + timedelta(days=days) <= run.as_of:
            tables = tables or (link.case_table(memory), link.spell_table(memory))
            said = store.seals.statement(seal.number, _TEXTS)
            found = outcome(seal.kind, said, Came.of(*tables, pd.Timestamp(begin), days))
            store.seals.score(seal.number, found)
            out.append((seal.kind, found))
    return out


def _end(week: str, timezone: str) -> datetime:
    number = week_number(week)
    return moment_at(int(week_edges(range(number, number + 1), timezone)[-1]))
