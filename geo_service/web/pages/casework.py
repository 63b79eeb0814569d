"""The rectification list."""

import secrets
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from geo_service import flow
from geo_service.publish import SUBDISTRICT
from geo_service.terms import STATES, GeoServiceError, say
from geo_service.terms.phrases import subject_phrases
from geo_service.web.base import desk, question
from geo_service.web.base.keep import Kept
from geo_service.web.base.language import language
from geo_service.web.base.permissions import may, permission
from geo_service.web.data import case_list, cases
from geo_service.web.data.case_list import (
    FILTERS,
    NO_AREA,
    STANDING,
    UNSOLVED,
    count,
    count_of,
    page_of,
)
from geo_service.web.data.shapes import places
from geo_service.web.pages.units import answering, unit_names

blueprint = Blueprint("casework", __name__)

_TIME = "%Y-%m-%d %H:%M"
_TOLD = 5
_CHOICES = Kept[dict[str, list[tuple[str, str]]]]("choices", room=8)
_DISPATCH = ("kind", "crew_id", "unit_id", "note")


@blueprint.get("/casework")
@permission("view_case")
def index() -> str:
    """Show the cases that are not solved, oldest first."""
    asked = _asked()
    number = question.number("page", 1, 10**6)
    first = (number - 1) * case_list.PAGE
    ahead = ahead_of(asked)
    zone, (rows, total) = ZoneInfo(desk.district().timezone), page_of(asked, ahead)
    unknown = flow.unknown_year(desk.store(), [row["due_at"] for row in rows])
    later = flow.postponements(desk.store(), [row["case_id"] for row in rows])
    pictures = desk.store().photos.latest([row["case_id"] for row in rows])
    for row in rows:
        row["photo_id"] = pictures.get(row["case_id"])
        row["postponed"] = later.get(row["case_id"])
        for name in ("opened_at", "due_at"):
            row[name] = row[name] and row[name].astimezone(zone).strftime(_TIME)
    return render_template(
        "casework/index.html",
        page="casework",
        terms=_terms(named(rows), asked, ahead),
        unknown_year=unknown,
        total=total,
        first=first + 1,
        number=number,
        pages=max(1, -(-total // case_list.PAGE)),
        query=asked | ({"sort": case_list.sort()} if case_list.sort() else {}),
        told=_told(asked),
        printed=in_words(asked),
        disputed=count(state=UNSOLVED, disputed="1") if may("dispatch") else None,
        said=subject_phrases("casework", language()),
        choices=choices() | {"sort": _sorts()},
        units=list(unit_names().items()),
        crews=list(crew_names().items()),
        key=secrets.token_hex(8),
    )


@blueprint.post("/casework/events")
@permission("dispatch")
def act_on_many() -> ResponseReturnValue:
    """Do the same with the cases that were chosen, or with all of the page; leads back to it."""
    form, asked = request.form, _asked()
    ids = form.getlist("case_id")
    if form.get("all"):
        ids = [row["case_id"] for row in page_of(asked, ahead_of(asked))[0]]
    fields: dict[str, object] = {name: form.get(name) for name in _DISPATCH}
    if form.get("kind") == "postponed":
        due = cases.end_of(form.get("due_at", ""))
        fields = {"kind": "postponed", "note": form.get("note"), "due_at": due}
    elif form.get("unit_id"):
        # the select of crews always says one
        fields.pop("crew_id")
    done, refused = 0, []
    for case_id in ids[: case_list.PAGE]:
        try:
            key = form.get("idempotency_key")
            cases.take(case_id, fields, key and f"{key}-{form.get('kind')}-{case_id}")
            done += 1
        except GeoServiceError as error:
            refused.append(f"{case_id}: {error.say(language())}")
    flash(say("casework.bulk_done", language(), count=done), "done")
    if refused:
        told = "; ".join(refused[:_TOLD])
        flash(say("casework.bulk_refused", language(), count=len(refused), told=told), "error")
    return redirect(f"/casework?{urlencode(dict(request.args), safe='*,')}", code=303)


def ahead_of(asked: dict[str, str]) -> tuple[str, ...]:
    """Return the categories that come first: none where an order or a heading is asked for."""
    return () if case_list.sort() or "term" in asked else case_list.shift()


def _terms(
    rows: list[dict[str, Any]], asked: dict[str, str], ahead: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return the cases under two headings, each with how many there are in all; else as one."""
    if not ahead:
        return [{"term": None, "rows": rows, "many": len(rows)}] if rows else []
    inside: dict[str, list[dict[str, Any]]] = {term: [] for term in case_list.TERMS}
    for row in rows:
        inside["shift" if row["category"] in ahead else "date"].append(row)
    return [
        {"term": term, "rows": mine, "many": len(mine), "all": count_of({**asked, "term": term})}
        for term, mine in inside.items()
        if mine
    ]


def _asked() -> dict[str, str]:
    """Return what the address asks for; cases that are not solved where it names no state."""
    asked = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return asked if "open_at" in asked else {"state": UNSOLVED, **asked}


def _sorts() -> list[tuple[str, str]]:
    return [(one, say(f"casework.sort_{one or 'opened'}", language())) for one in case_list.SORTS]


_SELECTS = ("state", "category", "kind", "subdistrict", "unit", "overdue")


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen of each filter that has a select: values with their names."""
    key = (desk.areas_version(), desk.digest("categories", "kinds", "units"), language())
    return _CHOICES.of(key, _choices)


def _choices() -> dict[str, list[tuple[str, str]]]:
    name, t = f"name_{language()}", subject_phrases("casework", language())
    web = subject_phrases("web", language())
    table = places().table
    parts = table[table["kind"] == SUBDISTRICT].sort_values("area_id")
    called = parts[name].fillna(parts["name"]) if name in parts else parts["name"]
    kinds, categories = desk.kinds(), desk.categories()
    kinds = kinds[kinds["kind"].isin(table["kind"]) & kinds["locates"]]

    def pairs(values: pd.Series, names: pd.Series) -> list[tuple[str, str]]:
        return list(zip(values, names, strict=True))

    return {
        "state": [(one, t[f"state_{one}"]) for one in (UNSOLVED, STANDING, *STATES)],
        "category": [("", web["all_categories"]), *pairs(categories["code"], categories[name])],
        "kind": [("", web["all_kinds"]), *pairs(kinds["kind"], kinds[name])],
        "subdistrict": [("", web["all_subdistricts"]), *pairs(parts["area_id"], called)],
        "unit": [("", t["any_unit"]), *answering()],
        "overdue": [("", t["any_deadline"]), ("1", t["only_overdue"]), ("soon", t["only_soon"])],
    }


def _told(asked: dict[str, str]) -> list[tuple[str, str]]:
    """Return what is asked for beside the selects as sentences, each with the address without."""
    out = []
    for name in FILTERS:
        if name in asked and name not in _SELECTS:
            rest = {key: kept for key, kept in asked.items() if key != name}
            out.append((_sentence(name, asked[name]), urlencode(rest, safe="*,")))
    return out


def _sentence(name: str, asked: str) -> str:
    value = ", ".join(_area_name(one) for one in asked.split(","))
    value = say(f"casework.term_{value}", language()) if name == "term" else value
    return say(f"casework.asked_{name}", language(), value=value)


def in_words(asked: dict[str, str]) -> str:
    """Return all that is asked for, as what is printed says it."""
    offered, out = choices(), []
    for name in FILTERS:
        if name in asked and name in _SELECTS:
            names = dict(offered[name])
            value = ", ".join(names.get(one, one) for one in asked[name].split(","))
            of = say(f"casework.by_{name}", language())
            out.append(say("casework.asked_select", language(), name=of, value=value))
        elif name in asked:
            out.append(_sentence(name, asked[name]))
    return ("；" if language() == "zh" else "; ").join(out)


def _area_name(area_id: str) -> str:
    if area_id not in places().row:
        return "–" if area_id == NO_AREA else area_id
    name = places().one(area_id)["name"]
    return area_id if pd.isna(name) else str(name)


def crew_names() -> dict[str, str]:
    """Return the names of all crews, by id."""
    return dict(zip(desk.crews()["crew_id"], desk.crews()["name"], strict=True))


def named(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return cases with the names of their areas, categories, units and crews."""
    crews, units = crew_names(), unit_names()
    known, words = places(), desk.categories()
    both = zip(words["name_zh"], words["name_en"], strict=True)
    called = dict(zip(words["code"], both, strict=True))
    rows = [known.row[case["area_id"]] for case in cases if case["area_id"] in known.row]
    areas = iter(known.shown.records(np.array(rows, dtype=np.intp)))
    for case in cases:
        case["name"] = next(areas)["name"] if case["area_id"] in known.row else None
        case["name_zh"], case["name_en"] = called.get(case["category"], (None, None))
        case["unit"] = units.get(case["unit_id"], case["unit_id"])
        unit, crew = case["dispatched_unit_id"], case["dispatched_crew_id"]
        case["sent"] = units.get(unit, unit) or crews.get(crew, crew)
    return cases
