"""The sites that were closed, each with what was said of it then; the list to re-inspect."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from geo_service import forecast
from geo_service.measure import local_midnight, week_labels, week_of
from geo_service.store import Filter as Where
from geo_service.store import Store
from geo_service.terms import NotReady, say

_DAY = timedelta(days=1)
_WATCHED = timedelta(days=90)


def risk_rows(
    store: Store,
    first: date | None = None,
    last: date | None = None,
    language: str = "en",
    limit: Callable[[Where], Where] | None = None,
) -> pd.DataFrame:
    """Return the columns of RISKS, and beside them `chance episode gap_days beside`.

    Parameters
    ----------
    first, last
        Local days: closings from the first and before the last. Without either, the list to
        re-inspect: closed in the 90 days before the run's as-of and not back, the likeliest first.
    language
        Of the reasons.
    limit
        Narrows which cases are read.

    Raises
    ------
    NotReady
        If there is no run.
    """
    run = store.runs.latest()
    if run is None:
        raise NotReady("errors.no_run")
    timezone = store.district.get().timezone
    dated = first is not None or last is not None
    since = run.as_of - _WATCHED
    if dated:
        since = local_midnight(first or date(1990, 1, 1), timezone)
    until = run.as_of if last is None else local_midnight(last, timezone)
    ahead = max(until, since + _DAY)
    numbers = range(week_of(since, timezone), week_of(ahead, timezone) + 1)
    weeks = [one for one in week_labels(numbers) if one in set(run.weeks)]
    said = store.runs.closing_risks(weeks, run.run_id)
    where = Where(closed=((since, ahead),))
    cases = store.cases.read(where if limit is None else limit(where))
    rows = cases.merge(said, on="case_id", how="inner")
    rows = rows.assign(site_id=rows["site_id"], closed_at=rows["verified_at"])
    age = ((run.as_of - rows["closed_at"]) / _DAY).to_numpy(dtype=np.float64)
    p30, p90 = (rows[name].to_numpy(dtype=np.float64) for name in ("p30", "p90"))
    told = {"p30": p30.round(4), "p90": p90.round(4)}
    rows = rows.assign(chance=forecast.remaining(p30, p90, age), **told)
    rows = rows.assign(reason=[_reason(one, language) for one in rows.itertuples()])
    if dated:
        return rows.sort_values(["closed_at", "case_id"], kind="stable")
    later = store.cases.read(Where(start=since)).groupby("site_id")["opened_at"].max()
    back = rows["site_id"].map(later) > rows["closed_at"]
    rows = rows[~back & rows["p90"].notna()]
    return rows.sort_values(["chance", "case_id"], ascending=[False, True], kind="stable")


def _reason(row: object, language: str) -> str:
    """Say what stands behind a site's risk: the how-manieth case, how soon it came, who is near."""
    nth, gap, beside = (getattr(row, name) for name in ("episode", "gap_days", "beside"))
    parts = [say("risks.first", language)]
    if nth > 1:
        parts = [say("risks.nth", language, number=int(nth))]
        if not pd.isna(gap):
            parts.append(say("risks.gap", language, days=max(round(float(gap)), 1)))
    if beside:
        parts.append(say("risks.beside", language, count=int(beside)))
    return say("risks.comma", language).join(parts)


def order_said(told: Mapping[str, Any], language: str) -> str:
    """Return in words which order is used, and what its beginning would have held of the past.

    Parameters
    ----------
    told
        What a run's params keep of the ranking.
    language
        ``zh`` or ``en``.
    """
    used = next(one for one in told["rankings"] if one["used"])
    plain = next(one for one in told["rankings"] if one["ranking"] == "ewma")
    words = {name: say(f"risks.order_{name}", language) for name in ("ewma", used["ranking"])}
    key = "order_none" if not used["trials"] else "order_said"
    return say(
        f"risks.{key}",
        language,
        order=words[used["ranking"]],
        weeks=4 * used["trials"],
        held=_share(used),
        all=f"{used['rebounds']:,}",
        simple=_share(plain),
    )


def _share(row: Mapping[str, Any]) -> str:
    """Return how many rebounds the first 5 % held, and which share of all that is."""
    held, whole = row["rebounds_5"], row["rebounds"]
    return f"{held:,} · {100 * held / whole:.0f} %" if whole else f"{held:,}"
