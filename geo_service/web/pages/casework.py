"""The rectification list, and one case with its reports."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from flask import Blueprint, render_template, request

from geo_service.flow.exports import rows_where
from geo_service.publish import Filter
from geo_service.store import Filter as Where
from geo_service.terms import FRAMES, STATES, BadUse, NotAllowed
from geo_service.terms.phrases import subject_phrases
from geo_service.web.base import desk, question
from geo_service.web.base.language import language
from geo_service.web.base.permissions import may, permission
from geo_service.web.base.records import local, records
from geo_service.web.base.scope import OPEN, limited, readable, sees
from geo_service.web.data.shapes import places

blueprint = Blueprint("casework", __name__)

_PAGE = 100
_TIME = "%Y-%m-%d %H:%M"
_REPORT = ["report_id", "source", "reported_at", "address", "description", "link", "case_id"]
_SENDER = ["received_by"]


@blueprint.get("/casework")
@permission("view_case")
def index() -> str:
    """Show the cases that are not solved, oldest first."""
    asked, states = question.asked(), _states()
    number = question.number("page", 1, 10**6)
    first = (number - 1) * _PAGE
    zone, where = desk.district().timezone, _where(asked, states)
    rows, total = desk.store().cases.page(where, first, _PAGE) if where else ([], 0)
    for row in rows:
        row["opened_at"] = row["opened_at"].astimezone(ZoneInfo(zone)).strftime(_TIME)
    return render_template(
        "casework/index.html",
        page="casework",
        cases=_named(rows),
        total=total,
        first=first + 1,
        number=number,
        pages=max(1, -(-total // _PAGE)),
        query={key: value for key, value in request.args.items() if key not in ("page", "lang")},
        states=states,
        said=subject_phrases("casework", language()),
        state_names=STATES,
    )


@blueprint.get("/casework/<path:case_id>")
@permission("view_case")
def one(case_id: str) -> str:
    """Show one case."""
    found = desk.store().cases.one(case_id)
    if not sees(found):
        raise NotAllowed("auth.other_case", case_id=case_id)
    rows = FRAMES["cases"].conform(pd.DataFrame([found]))
    return render_template(
        "casework/case.html",
        page="casework",
        case=_named(records(local(rows)))[0],
        reports=_reports(found),
    )


def _states() -> tuple[str, ...]:
    asked = tuple(word for word in request.args.get("state", "").split(",") if word)
    for state in asked:
        if state not in STATES:
            raise BadUse("problems.unknown_state", state=state, known=", ".join(STATES))
    return asked or OPEN


def _where(asked: Filter, states: tuple[str, ...]) -> Where | None:
    """Return what is asked for as the store's condition; None where no area can have it."""
    where = rows_where(asked, desk.district().timezone)
    if asked.subdistrict:
        table = places().table
        inside = table.loc[Filter(subdistrict=asked.subdistrict).areas(table), "area_id"]
        where = replace(where, area_ids=tuple(inside))
    nowhere = asked.subdistrict and not where.area_ids
    return None if nowhere else limited(replace(where, states=states))


def _named(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return cases with the names of their areas and categories."""
    known, words = places(), desk.categories()
    both = zip(words["name_zh"], words["name_en"], strict=True)
    called = dict(zip(words["code"], both, strict=True))
    rows = [known.row[case["area_id"]] for case in cases if case["area_id"] in known.row]
    areas = iter(known.shown.records(np.array(rows, dtype=np.intp)))
    for case in cases:
        case["name"] = next(areas)["name"] if case["area_id"] in known.row else None
        case["name_zh"], case["name_en"] = called.get(case["category"], (None, None))
    return cases


def _reports(case: pd.Series) -> list[dict[str, Any]]:
    where = Where(categories=(str(case["category"]),), start=case["opened_at"])
    found = desk.store().reports.read(readable(_REPORT) + _SENDER * may("view_sender"), where)
    return records(local(found[found["case_id"] == case["case_id"]]))
