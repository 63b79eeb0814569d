"""The rectification list, and one case with its reports."""

from __future__ import annotations

from typing import Any

import pandas as pd
from flask import Blueprint, render_template, request

from geo_service.publish import TABLES
from geo_service.store import Filter as Where
from geo_service.terms import FRAMES, STATES, BadUse
from geo_service.web.base import desk, question
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places

blueprint = Blueprint("casework", __name__)

_PAGE = 100
_REPORT = ["report_id", "source", "reported_at", "address", "description", "link", "case_id"]
_OPEN = STATES[: STATES.index("fixed") + 1]


@blueprint.get("/casework")
@permission("view_case")
def index() -> str:
    """Show the cases that are not solved, oldest first."""
    asked, states = question.asked(), _states()
    rows = desk.store().cases.read(Where(states=states, categories=asked.category))
    keep = asked.rows(TABLES["cases"], rows, places().table, desk.district().timezone)
    rows = rows[keep]
    number = question.number("page", 1, 10**6)
    shown = rows.iloc[(number - 1) * _PAGE : number * _PAGE]
    return render_template(
        "casework/index.html",
        page="casework",
        cases=_told(shown),
        total=len(rows),
        first=(number - 1) * _PAGE + 1,
        number=number,
        pages=max(1, -(-len(rows) // _PAGE)),
        query={key: value for key, value in request.args.items() if key not in ("page", "lang")},
        states=states,
        state_names=STATES,
    )


@blueprint.get("/casework/<path:case_id>")
@permission("view_case")
def one(case_id: str) -> str:
    """Show one case."""
    found = desk.store().cases.one(case_id)
    rows = FRAMES["cases"].conform(pd.DataFrame([found]))
    return render_template(
        "casework/case.html",
        page="casework",
        case=_told(rows)[0],
        reports=_reports(found),
    )


def _states() -> tuple[str, ...]:
    asked = tuple(word for word in request.args.get("state", "").split(",") if word)
    for state in asked:
        if state not in STATES:
            raise BadUse("problems.unknown_state", state=state, known=", ".join(STATES))
    return asked or _OPEN


def _told(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return cases with the names of their areas and categories, times in the district's zone."""
    beside = places().beside(rows, ["name", "kind", "subdistrict_name"])
    names = desk.store().words.categories().set_index("code")[["name_zh", "name_en"]]
    called = names.reindex(rows["category"]).set_axis(rows.index)
    return records(pd.concat([_local(rows), beside, called], axis=1))


def _local(rows: pd.DataFrame) -> pd.DataFrame:
    zone = desk.district().timezone
    columns = [name for name in rows if isinstance(rows[name].dtype, pd.DatetimeTZDtype)]
    written = {
        name: rows[name].dt.tz_convert(zone).dt.strftime("%Y-%m-%d %H:%M") for name in columns
    }
    return rows.assign(**written)


def _reports(case: pd.Series) -> list[dict[str, Any]]:
    where = Where(categories=(str(case["category"]),), start=case["opened_at"])
    found = desk.store().reports.read(_REPORT, where)
    return records(_local(found[found["case_id"] == case["case_id"]]))
