"""Tables to arrays, the rule, arrays to tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.link.closures import NEVER, Closings, align_closures, microseconds
from geo_service.link.params import DAY, LinkParams
from geo_service.link.rule import MINUTE, NO_LINK, RuleInput, RuleOutput, apply_rule
from geo_service.measure import id_rank, microseconds_of, to_metres
from geo_service.terms import FRAMES, LINKS, UNSPECIFIED

OWN_POINT = ("point", "address")
"""Precisions whose point is the report's own; only such a report opens or joins a case."""

REACH_SLACK_M = 1e-6
"""Projecting there and back moves a point by a few nanometres; "at most d" must not feel it."""


@dataclass(frozen=True)
class Linked:
    """What linking gives.

    Parameters
    ----------
    cases, sites, spells
        CASES, SITES and SPELLS; a case's id is its opening report's, a site's its first case's.
    links
        `report_id`, `case_id`, `link` of every report known at the as-of moment; the last two are
        missing where the report has no case.
    known
        Which of the reports given are known at the as-of moment; shape (n,).
    """

    cases: pd.DataFrame
    sites: pd.DataFrame
    spells: pd.DataFrame
    links: pd.DataFrame
    known: NDArray[np.bool_]


def link(
    reports: pd.DataFrame,
    closures: pd.DataFrame,
    categories: pd.DataFrame,
    *,
    epsg: int,
    as_of: datetime,
    params: LinkParams | None = None,
    closing_sources: Collection[str] | None = None,
) -> Linked:
    """Join reports into cases by the link rule.

    Parameters
    ----------
    reports
        Located REPORTS: `area_id` is where each lies. `precision` must be settled.
    closures
        CLOSURES of these reports, rows' own and the event log's as one table.
    categories
        CATEGORIES; what they leave open is taken from `params`.
    epsg
        The store's UTM zone.
    as_of
        First moment not seen: what happened or was received then or later is not known.
    closing_sources
        Sources that close anything at all, where `reports` are only some of all and cannot tell.
    """
    params = params or LinkParams()
    end = microseconds_of(as_of)
    received = microseconds(reports["received_at"], missing=np.iinfo(np.int64).min)
    is_known = (microseconds(reports["reported_at"]) < end) & (received < end)
    known = reports[is_known]
    rank = id_rank(known["report_id"])
    order = np.lexsort((rank, microseconds(known["reported_at"])))
    known = known.iloc[order].reset_index(drop=True)
    closings = align_closures(known["report_id"], closures, end)

    placed = (
        known["precision"].isin(OWN_POINT) & known["lon"].notna() & known["lat"].notna()
    ).to_numpy()
    rows = known[placed].reset_index(drop=True)
    given = _rule_input(
        rows,
        rank[order][placed],
        known,
        closings,
        placed,
        categories,
        epsg,
        params,
        closing_sources,
    )
    made = apply_rule(given)

    ids = rows["report_id"].to_numpy(dtype=object)
    links = pd.DataFrame({"report_id": known["report_id"]})
    case_id = np.full(len(known), None, dtype=object)
    word = np.full(len(known), None, dtype=object)
    joined = made.link != NO_LINK
    at_case = np.flatnonzero(placed)[joined]
    case_id[at_case] = ids[made.opening[made.case[joined]]]
    word[at_case] = np.asarray(LINKS, dtype=object)[made.link[joined]]
    links["case_id"] = pd.Series(case_id, dtype="str")
    links["link"] = pd.Series(word, dtype="str")

    cases = _cases(rows, given, made, end)
    return Linked(
        cases=cases,
        sites=_sites(cases),
        spells=_spells(cases, made, end),
        links=links,
        known=is_known,
    )


def _rule_input(
    rows: pd.DataFrame,
    rank: NDArray[np.int64],
    known: pd.DataFrame,
    closings: Closings,
    placed: NDArray[np.bool_],
    categories: pd.DataFrame,
    epsg: int,
    params: LinkParams,
    closing_sources: Collection[str] | None,
) -> RuleInput:
    code, names = pd.factorize(rows["category"].fillna(UNSPECIFIED))
    reach, window, rebound_window = params.by_category(categories, pd.Index(names))
    x, y = to_metres(rows["lon"], rows["lat"], epsg)
    cell, around, cells = _cells(code, x, y, reach[code] + 1e-3)

    if closing_sources is None:
        closes = (closings.fixed != NEVER) | (closings.verified != NEVER)
        closing_sources = known["source"].fillna("")[closes].unique()
    never_closes = ~rows["source"].fillna("").isin(closing_sources).to_numpy()
    short = round(params.duplicate_days_without_closing * DAY)
    duplicate_window = np.where(never_closes, short, window[code])

    counts = np.diff(closings.event_start)[placed]
    kept = np.repeat(placed, np.diff(closings.event_start))
    return RuleInput(
        at=microseconds(rows["reported_at"]),
        rank=rank,
        x=x,
        y=y,
        reach=reach[code] + REACH_SLACK_M,
        window=duplicate_window.astype(np.int64),
        rebound_window=rebound_window[code],
        only_joins=rows["is_duplicate"].to_numpy(dtype=np.bool_),
        fixed=closings.fixed[placed],
        verified=closings.verified[placed],
        unverified=closings.unverified[placed],
        cancelled=closings.cancelled[placed],
        event_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        event_at=closings.event_at[kept],
        event_verifies=closings.event_verifies[kept],
        cell=cell,
        around=around,
        cells=cells,
        tie=params.tie_m,
    )


def _cells(
    category: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    side: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Give each category's square cells that hold a report a number, and find those around."""
    if not len(x):
        return np.empty(0, np.int64), np.empty((0, 9), np.int64), 0
    column = np.floor((x - x.min()) / side).astype(np.int64) + 1
    row = np.floor((y - y.min()) / side).astype(np.int64) + 1
    width, height = int(column.max()) + 2, int(row.max()) + 2
    key = (category * height + row) * width + column
    unique, cell = np.unique(key, return_inverse=True)
    steps = np.array([dy * width + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)])
    wanted = unique[:, None] + steps[None, :]
    found = np.searchsorted(unique, wanted).clip(max=len(unique) - 1)
    beside = np.where(unique[found] == wanted, found, -1)
    return cell.astype(np.int64), beside[cell].astype(np.int64), len(unique)


def _times(values: NDArray[np.int64]) -> pd.Series:
    missing = values == NEVER
    stamps = np.where(missing, np.iinfo(np.int64).min, values).view("datetime64[us]")
    return pd.Series(stamps).dt.tz_localize("UTC")


def _cases(rows: pd.DataFrame, given: RuleInput, made: RuleOutput, end: int) -> pd.DataFrame:
    opening = rows.iloc[made.opening].reset_index(drop=True)
    ids = opening["report_id"].to_numpy(dtype=object)
    cancelled = given.cancelled[made.opening] < end
    open_, fixed_only = made.fixed == NEVER, (made.fixed != NEVER) & (made.verified == NEVER)
    since = np.where(open_, made.last, np.where(fixed_only, made.fixed, end))
    lapsed = (made.lapsed | (since + given.window[made.opening] < end)) & ~cancelled
    fixed = np.where(cancelled, NEVER, made.fixed)
    verified = np.where(cancelled, NEVER, made.verified)
    state = np.select(
        [cancelled, lapsed, verified != NEVER, fixed != NEVER],
        ["cancelled", "lapsed", "verified", "fixed"],
        "open",
    )
    parent = np.full(made.total, None, dtype=object)
    parent[made.parent >= 0] = ids[made.parent[made.parent >= 0]]
    table = pd.DataFrame(
        {
            "case_id": opening["report_id"],
            "site_id": ids[made.first],
            "category": opening["category"].fillna(UNSPECIFIED),
            "area_id": opening["area_id"],
            "lon": opening["lon"],
            "lat": opening["lat"],
            "opened_at": opening["reported_at"],
            "fixed_at": _times(fixed),
            "verified_at": _times(verified),
            "unverified": made.unverified & (verified != NEVER),
            "state": state,
            "episode": made.episode,
            "parent_case_id": parent,
            "link": np.asarray(LINKS, dtype=object)[made.case_link],
            "gap_days": np.where(made.gap >= 0, made.gap / DAY, np.nan),
            "beyond_window": made.beyond,
            "reports": made.rows,
            "reworks": made.reworks,
            "lapsed": lapsed,
        }
    )
    return FRAMES["cases"].conform(table)


def _sites(cases: pd.DataFrame) -> pd.DataFrame:
    first = cases["case_id"] == cases["site_id"]
    episodes = cases.groupby("site_id", observed=True).size()
    sites = cases.loc[first, ["site_id", "category", "lon", "lat"]].reset_index(drop=True)
    sites["episodes"] = sites["site_id"].map(episodes)
    return FRAMES["sites"].conform(sites)


def _spells(cases: pd.DataFrame, made: RuleOutput, end: int) -> pd.DataFrame:
    """From each verified closure to the site's next case that stands, or to the end."""
    stands = (cases["state"] != "cancelled").to_numpy()
    begins = stands & cases["verified_at"].notna().to_numpy() & ~cases["lapsed"].to_numpy()
    # cases are numbered in order of opening, so the next of a site is the next that stands
    number = np.flatnonzero(stands)
    by_site = number[np.argsort(made.first[number], kind="stable")]
    following = np.full(made.total, -1, dtype=np.int64)
    same = made.first[by_site[1:]] == made.first[by_site[:-1]]
    following[by_site[:-1][same]] = by_site[1:][same]

    spell = np.flatnonzero(begins)
    after = following[spell]
    returned = after >= 0
    opened = microseconds(cases["opened_at"])
    started = microseconds(cases["verified_at"])[spell]
    ended = np.where(returned, opened[after], end)
    ended = np.maximum(ended, started + MINUTE)
    table = cases.iloc[spell].reset_index(drop=True)
    nothing = pd.Series(None, index=table.index, dtype="str")
    return FRAMES["spells"].conform(
        pd.DataFrame(
            {
                "case_id": table["case_id"],
                "site_id": table["site_id"],
                "category": table["category"],
                "area_id": table["area_id"],
                "episode": table["episode"],
                "started_at": table["verified_at"],
                "ended_at": _times(ended),
                "returned": returned,
                "next_case_id": nothing.mask(
                    returned, cases["case_id"].iloc[after].reset_index(drop=True)
                ),
                "next_link": nothing.mask(
                    returned, cases["link"].iloc[after].reset_index(drop=True)
                ),
                "unverified": table["unverified"],
            }
        )
    )
