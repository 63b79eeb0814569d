"""The morning in five lines: where supervisor and office begin."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from geo_service.terms import say
from geo_service.web.base import desk, question
from geo_service.web.base.answers import json_answer
from geo_service.web.base.language import language, sentence
from geo_service.web.base.permissions import permission
from geo_service.web.data import case_list
from geo_service.web.data.case_list import Count
from geo_service.web.data.morning import Line, lines

blueprint = Blueprint("today", __name__)

_CALLED = {"missed": "not_done", "soon": "due_soon"}
"""Names of counts that the contract calls otherwise than the filters."""


@blueprint.get("/today")
@permission("view_today")
def index() -> str:
    """Show the five lines, and the same as text to be sent."""
    day = question.day()
    found, told = lines(day), _day(day)
    load = desk.load_on(day)
    return render_template(
        "today/index.html",
        page="today",
        day=told,
        lines=[(line, _said(line, _linked, sentence)) for line in found],
        message="\n".join([say("today.heading", language(), day=told), *map(_written, found)]),
        board=f"/board?date={day}",
        stops=sum(load.values()),
        crews=len(load),
    )


@blueprint.get("/api/today")
@permission("view_today")
def morning() -> Response:
    """Tell the five lines: each count with its rows, at most a page, and where they are listed."""
    day = question.day()
    told: dict[str, Any] = {"date": f"{day}", "yesterday_date": f"{day - timedelta(days=1)}"}
    for line in lines(day, case_list.PAGE):
        counts = {
            _CALLED.get(name, name): {"count": one.value, "href": one.href}
            | ({"rows": list(map(_plain, line.rows[name]))} if name in line.rows else {})
            for name, one in line.counts.items()
        }
        # a line with one count is that count
        first = counts.pop("count", {})
        told[line.subject] = {**first, **counts, "said": _text(line), "open": line.open}
    return json_answer(told)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row.items()
    }


def _said(line: Line, shown: Callable[[object], object], said: Callable[..., str]) -> str:
    values = {name: shown(value) for name, value in line.values.items()}
    return said(f"today.{line.key}", **values)


def _text(line: Line) -> str:
    def number(value: object) -> object:
        return f"{value.value:,}" if isinstance(value, Count) else value

    return _said(line, number, lambda key, **values: say(key, language(), **values))


def _written(line: Line) -> str:
    return say("today.line", language(), subject=_subject(line), said=_text(line))


def _subject(line: Line) -> str:
    return say(f"today.subject_{line.subject}", language())


def _linked(value: object) -> object:
    """Return a count as a link to its rows, a name as one from data."""
    if isinstance(value, Count):
        shown = Markup("<b>{:,}</b>").format(value.value)
        return Markup('<a href="{}">{}</a>').format(value.href, shown) if value.href else shown
    return Markup("<span data-name>{}</span>").format(value) if isinstance(value, str) else value


def _day(day: date) -> str:
    """Return a day as people say it, with its weekday.

    The names of English days and months are the program's own: no locale is ever set.
    """
    if language() == "zh":
        return f"{day.month}月{day.day}日 星期{'一二三四五六日'[day.weekday()]}"
    return f"{day:%A} {day.day} {day:%B}"
