"""The rectification list as a document, as the office sends it."""

from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, request

from geo_service.publish import filled
from geo_service.terms import BadUse, say
from geo_service.web.base import audited, desk
from geo_service.web.base.answers import stream_answer
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.data.case_list import FILTERS, asked_cases, marks_of, sort
from geo_service.web.pages.casework import ahead_of, crew_names, in_words, named

blueprint = Blueprint("rectification", __name__)

MOST_ROWS = 5_000
"""So many cases a document holds; more, nobody reads, and take seconds and memory."""

TEMPLATE = "documents/rectification_list.docx"
"""The template that counts where no setting names another."""

COLUMNS = (
    *("number", "case_id", "area", "category", "opened", "deadline", "unit", "crew"),
    "state",
)
"""What a template can say of a case, and of its words."""

_TIME, _DAY = "%Y-%m-%d %H:%M", "%Y-%m-%d"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_making = Lock()


@blueprint.get("/exports/cases.docx")
@permission("export")
def document() -> Response:
    """Give the cases that are asked for as a document, in the order of the page."""
    asked = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    where, keeper = asked_cases(asked), desk.store().cases
    order = sort(), ahead_of(asked)
    cases, total = keeper.page(where, 0, MOST_ROWS, *order) if where else ([], 0)
    if total > MOST_ROWS:
        raise BadUse("casework.too_many_for_document", rows=f"{total:,}", limit=f"{MOST_ROWS:,}")
    audited.note("exported", "cases.docx", after=request.args)
    reads, zone = language(), ZoneInfo(desk.district().timezone)
    title, district = say("casework.title", reads), desk.district()
    values = {
        "title": title,
        "district": (district.name_zh if reads == "zh" else district.name_en) or "",
        "date": desk.present().astimezone(zone).strftime(_DAY),
        "total": say("casework.how_many", reads, total=f"{total:,}"),
        "filters": in_words(asked),
        "words": {name: say(f"casework.column_{name}", reads) for name in COLUMNS},
        "cases": [_row(n, one, zone, reads) for n, one in enumerate(named(cases), 1)],
    }
    own = Path(current_app.root_path, current_app.template_folder or "", TEMPLATE)
    with _making:
        made = filled(desk.desk().settings.list_template or own, values)
    return stream_answer([made], _TYPE, f"{values['date']} {title}.docx")


def _row(number: int, case: dict[str, Any], zone: ZoneInfo, reads: str) -> dict[str, object]:
    crew, due = case["dispatched_crew_id"], case["due_at"]
    late = marks_of(case, desk.present())["overdue"]
    state = say(f"casework.state_{case['state']}", reads)
    return {
        "number": number,
        "case_id": case["case_id"],
        "area": case["name"] or case["area_id"] or say("casework.nowhere", reads),
        "category": case[f"name_{reads}"] or case["category"],
        "opened": case["opened_at"].astimezone(zone).strftime(_TIME),
        "deadline": due.astimezone(zone).strftime(_TIME) if due else "",
        "unit": case["unit"] or "",
        "crew": crew_names().get(crew, crew) or "",
        "state": f"{state} · {say('casework.overdue', reads)}" if late else state,
    }
