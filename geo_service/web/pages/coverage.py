"""Who looked where: never visited, longest unvisited, shares by subdistrict and week."""

from typing import Any

import numpy as np
import pandas as pd
from flask import Blueprint, render_template, request

from geo_service.publish import WHOLE, Filter, subdistrict_coverage
from geo_service.terms import SHARES
from geo_service.web.base import desk, question
from geo_service.web.base.keep import Kept
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.coverage import looked, rows_of
from geo_service.web.data.shapes import places

blueprint = Blueprint("coverage", __name__)

_QUERY = ("kind", "subdistrict", "observed", "of", "week")
_WEEKS = 26
_PAGE = 25
_AREA = [
    *("area_id", "name", "kind", "kind_zh", "kind_en", "subdistrict_name", "observed"),
    *("watched_days", "last_visit", "days_since"),
]


@blueprint.get("/coverage")
@permission("view_coverage")
def index() -> str:
    """Show who looked where."""
    run = desk.run_or_none()
    asked = question.asked()
    if run is None or not run.coverage_known or not run.weeks:
        return render_template("coverage/index.html", page="coverage", known=False)
    observed, week = request.args.get("observed", ""), question.last_week()
    of = request.args.get("of", "")
    rows, every_area = rows_of(asked, week=week), rows_of(Filter())
    strip, every_strip = _strip(asked.kind), _strip(())
    unseen = int((rows["observed"] == "no").sum())
    areas, never_visited = len(rows), int(rows["last_visit"].isna().sum())
    rows = _named(rows_of(asked, observed, week, of))
    never, visited = rows[rows["last_visit"].isna()], rows[rows["last_visit"].notna()]
    pages = max(1, -(-len(visited) // _PAGE))
    number = min(question.number("page", 1, 10**6), pages)
    shown = visited.iloc[(number - 1) * _PAGE : number * _PAGE]
    query = {k: v for k, v in request.args.items() if k in _QUERY and v}
    return render_template(
        "coverage/index.html",
        page="coverage",
        known=True,
        never=records(never, _AREA),
        rows=records(shown, _AREA),
        areas=areas,
        never_visited=never_visited,
        total=len(rows),
        unseen=unseen,
        observed=observed,
        of=of,
        week=week,
        last=week == run.last_week,
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


_STRIP = Kept[list[dict[str, Any]]]("coverage")


def _strip(only: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the latest weeks by subdistrict, of areas of some kinds; kept while it is the last."""
    run = desk.run()
    key = (run.run_id, desk.areas_version(), desk.digest("kinds"), only)
    return _STRIP.of(key, lambda: _make(only))


def _named(areas: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the names of their subdistricts and kinds."""
    beside = places().beside(areas, ["subdistrict_name"])
    called = desk.kinds().set_index("kind")[["name_zh", "name_en"]].reindex(areas["kind"])
    called = called.set_axis(areas.index).set_axis(["kind_zh", "kind_en"], axis=1)
    return pd.concat([areas, beside, called], axis=1)


def _make(only: tuple[str, ...]) -> list[dict[str, Any]]:
    run, looks = desk.run(), looked()
    table = places().table
    kind = table.set_index("area_id")["kind"].reindex(looks.area_ids)
    keep = kind.isin(only).to_numpy() if only else np.ones(len(kind), dtype=bool)
    weeks = run.weeks[-_WEEKS:]
    shares = subdistrict_coverage(looks, table, keep)
    shares = shares[shares["week"].isin(weeks)]
    names = table.set_index("area_id")["name"]
    return [
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


def _class(share: float | None) -> str:
    """Return the class of a share: how many of the thresholds it reaches, ``none`` if unknown.

    >>> _class(0.76), _class(1.0), _class(None)
    ('2', '4', 'none')
    """
    return "none" if share is None else str(sum(share >= edge for edge in SHARES.breaks))


def _kinds(areas: pd.DataFrame) -> list[dict[str, Any]]:
    there = _named(areas).drop_duplicates("kind").sort_values("kind")
    return records(there, ["kind", "kind_zh", "kind_en"])
