"""Who looked where: never visited, longest unvisited, shares by subdistrict and week."""

from typing import Any

import numpy as np
import pandas as pd
from flask import Blueprint, render_template, request

from geo_service.flow.exports import read_looked
from geo_service.publish import WHOLE, Filter, area_coverage, subdistrict_coverage
from geo_service.terms import SHARES
from geo_service.web.base import desk, question
from geo_service.web.base.keep import Kept
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places

blueprint = Blueprint("coverage", __name__)

_WEEKS = 26
_PAGE = 25
_AREA = [
    *("area_id", "name", "kind", "kind_zh", "kind_en", "subdistrict_name", "observed"),
    *("watched_days", "last_visit", "days_since"),
]


Told = tuple[pd.DataFrame, list[dict[str, Any]]]
"""A row an area, never visited first; and of each subdistrict its name and the latest weeks."""


@blueprint.get("/coverage")
@permission("view_coverage")
def index() -> str:
    """Show who looked where."""
    run = desk.run_or_none()
    asked = question.asked()
    if run is None or not run.coverage_known or not run.weeks:
        return render_template("coverage/index.html", page="coverage", known=False)
    rows, strip = _told(asked.kind)
    every_area, every_strip = _told(())
    where = Filter(kind=asked.kind, subdistrict=asked.subdistrict)
    if where != Filter():
        within = places().table.loc[where.areas(places().table), "area_id"]
        rows = rows[rows["area_id"].isin(set(within))]
    never, visited = rows[rows["last_visit"].isna()], rows[rows["last_visit"].notna()]
    pages = max(1, -(-len(visited) // _PAGE))
    number = min(question.number("page", 1, 10**6), pages)
    shown = visited.iloc[(number - 1) * _PAGE : number * _PAGE]
    query = {k: v for k, v in request.args.items() if k in ("kind", "subdistrict") and v}
    return render_template(
        "coverage/index.html",
        page="coverage",
        known=True,
        never=records(never, _AREA),
        rows=records(shown, _AREA),
        areas=len(rows),
        unseen=int((rows["observed"] == "no").sum()),
        strip=[
            one
            for one in strip
            if not asked.subdistrict or {one["subdistrict"], one["name"]} & set(asked.subdistrict)
        ],
        weeks=run.weeks[-_WEEKS:],
        kinds=_kinds(every_area),
        subdistricts=[one for one in every_strip if one["subdistrict"] != WHOLE],
        kind=request.args.get("kind", ""),
        subdistrict=request.args.get("subdistrict", ""),
        number=number,
        pages=pages,
        query=query,
    )


_TOLD = Kept[Told]("coverage")


def _told(kinds: tuple[str, ...]) -> Told:
    """Return what is known of areas of `kinds`, of all by default; kept while it is the last."""
    run = desk.run()
    key = (run.run_id, desk.areas_version(), desk.digest("kinds"), kinds)
    return _TOLD.of(key, lambda: _make(kinds))


def _make(only: tuple[str, ...]) -> Told:
    run = desk.run()
    looked = read_looked(desk.store(), run)
    table = places().table
    areas = area_coverage(looked, table, len(run.weeks) - 1)
    kind = table.set_index("area_id")["kind"].reindex(looked.area_ids)
    keep = kind.isin(only).to_numpy() if only else np.ones(len(kind), dtype=bool)
    areas = areas[areas["kind"].isin(only)] if only else areas
    kinds = desk.kinds().set_index("kind")[["name_zh", "name_en"]]
    beside = places().beside(areas, ["subdistrict_name"])
    called = kinds.reindex(areas["kind"]).set_axis(areas.index)
    called.columns = ["kind_zh", "kind_en"]
    weeks = run.weeks[-_WEEKS:]
    shares = subdistrict_coverage(looked, table, keep)
    shares = shares[shares["week"].isin(weeks)]
    names = table.set_index("area_id")["name"]
    strip = [
        {
            "subdistrict": subdistrict,
            "name": names.get(subdistrict) or subdistrict,
            "weeks": [
                one | {"class": _class(one["share"])}
                for one in records(rows, ["week", "observed_areas", "areas", "share"])
            ],
        }
        for subdistrict, rows in shares.groupby("subdistrict", sort=False)
    ]
    return pd.concat([areas, beside, called], axis=1), strip


def _class(share: float | None) -> str:
    """Return the class of a share: how many of the thresholds it reaches, ``none`` if unknown.

    >>> _class(0.76), _class(1.0), _class(None)
    ('2', '4', 'none')
    """
    return "none" if share is None else str(sum(share >= edge for edge in SHARES.breaks))


def _kinds(areas: pd.DataFrame) -> list[dict[str, Any]]:
    there = areas.drop_duplicates("kind").sort_values("kind")
    return records(there, ["kind", "kind_zh", "kind_en"])
