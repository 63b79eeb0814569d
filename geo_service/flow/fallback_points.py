"""Points of the store that are no places, or may be none, and what people say of them."""

from datetime import datetime

import numpy as np
import pandas as pd

from geo_service import locate
from geo_service.flow.locating import settle_fallbacks
from geo_service.intake import IntakeWarning
from geo_service.measure import Flags
from geo_service.store import Store
from geo_service.terms import NotFound

_READ = ["lon", "lat", "address", "category", "report_id"]
_WARNED = {
    locate.FALLBACK: "pipeline.fallback_points",
    locate.SUSPECT: "pipeline.suspect_points",
}


def judged_points(store: Store) -> pd.DataFrame:
    """Return the points that are no places, may be none, or were decided on, most rows first.

    Returns
    -------
    places
        `lon lat rows share categories reason state decided_by decided_at`, as
        :func:`~geo_service.locate.judge` gives them, of all reports by the points of their sources.
    """
    with store.reading():
        reports, _ = store.placements.as_given(store.reports.read([*_READ, "precision"]))
        return locate.judge(reports, store.district.get().decided)


def decide_point(
    store: Store, lon: float, lat: float, state: str | None, *, by: str | None, now: datetime
) -> None:
    """Say what a point is, a place or a fallback; its reports are located anew by a refresh.

    Parameters
    ----------
    lon, lat
        Degrees; the point is that of reports, to the seventh digit.
    state
        ``real`` or ``fallback``; None takes back what was said.
    by
        Who says so; kept.

    Raises
    ------
    NotFound
        If no report lies there, or nothing was said to be taken back.
    """
    point = pd.DataFrame({"lon": [lon], "lat": [lat]})
    with store.writer("places"), store.transaction():
        told = store.district.get().decided
        known = pd.DataFrame(told, columns=["lon", "lat", "state", "by", "at"])
        if state is None:
            asked, missing = known, "pipeline.nothing_decided"
        else:
            asked, _ = store.placements.as_given(store.reports.read([*_READ, "precision"]))
            missing = "pipeline.no_report_there"
        if not _lie_on(asked, point).any():
            raise NotFound(missing, point=f"{lon:g},{lat:g}")
        kept = [one for one, same in zip(told, _lie_on(known, point), strict=True) if not same]
        if state is not None:
            kept.append((lon, lat, state, by, now.isoformat()))
        store.district.set(decided=tuple(kept))
        settle_fallbacks(store)


def doubted(
    store: Store, came: pd.DataFrame
) -> tuple[list[IntakeWarning], list[dict[str, object]]]:
    """Return what is to be told of the points of rows that come, kept already or not yet.

    Warnings, and the points: `lon lat rows share categories reason state`.
    """
    points = tuple(came[name].to_numpy(np.float64) for name in ("lon", "lat"))
    district = store.district.get()
    if not locate.on_busy_point(*points, *points):
        said = {(lon, lat) for lon, lat, *_ in district.decided}
        known = [one for one in district.fallbacks if one[:2] not in said]
        return _on_known(came, pd.DataFrame(known, columns=["lon", "lat", "had"])), []
    rows = came[came["lon"].notna()]
    if store.reports.count():
        known, _ = store.placements.as_given(store.reports.read([*_READ, "precision"]))
        rows = pd.concat([known[~known["report_id"].isin(rows["report_id"])], rows])
    judged = locate.judge(rows, district.decided)
    judged = judged[judged["decided_at"].isna()]
    met = [bool(_lie_on(came, judged.iloc[[i]]).any()) for i in range(len(judged))]
    judged = judged[np.array(met, dtype=bool)]
    warnings = []
    for state, key in _WARNED.items():
        rows = judged[judged["state"] == state]
        if len(rows):
            top, more = rows.iloc[0], f" +{len(rows) - 1}" if len(rows) > 1 else ""
            where = f"{top.lon:.10g},{top.lat:.10g}: {top.rows} = {top.share:.1%}{more}"
            warnings.append(IntakeWarning(key, int(_lie_on(came, rows).sum()), where))
    return warnings, judged.drop(columns=["decided_by", "decided_at"]).to_dict("records")


def _on_known(came: pd.DataFrame, known: pd.DataFrame) -> list[IntakeWarning]:
    """Return what is to be told of few rows: which lie on points that were judged before."""
    on = _lie_on(came, known)
    if not on.any():
        return []
    first = came[on].iloc[0]
    example = f"{first.lon:.10g},{first.lat:.10g}"
    return [IntakeWarning(_WARNED[locate.FALLBACK], int(on.sum()), example)]


def _lie_on(reports: pd.DataFrame, points: pd.DataFrame) -> Flags:
    lon, lat = (reports[name].to_numpy(np.float64) for name in ("lon", "lat"))
    return locate.on_points(lon, lat, points)
