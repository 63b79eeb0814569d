"""Areas, categories and crews: listed, and changed a row at a time by a form."""

from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pandas as pd
from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from geo_service.flow import KEYS, FormTable, change_row, fields_of
from geo_service.publish import SUBDISTRICT
from geo_service.terms import CLOCKS, FRAMES, NotFound, say
from geo_service.web.base import audited, desk, question
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places
from geo_service.web.pages.units import unit_names

blueprint = Blueprint("tables", __name__)

_PAGE = 50
_LISTED = {
    "areas": ["area_id", "name", "kind", "subdistrict_id", "accountable_unit", "valid_to"],
    "categories": ["code", "name_zh", "name_en", "group", "limit", "clock", "unit"],
    "crews": ["crew_id", "name", "leader", "shift_start", "shift_end", "weekdays", "skills"],
}
_SEARCHED = ("name", "name_zh", "name_en")
_CHANGED = {"areas": "changed_area", "categories": "changed_category", "crews": "changed_crew"}
_DAYS = ("valid_from", "valid_to")


@blueprint.get("/admin/<any(areas, categories, crews):table>")
@permission("manage_words")
def index(table: str) -> str:
    """Show a page of the table, and the form of one row: a new one, or that of ``edit=``."""
    key, asked = KEYS[table], request.args.get("q", "").strip().casefold()
    rows = _rows(table)
    if asked:
        found = pd.Series(False, index=rows.index)
        for name in (key, *(one for one in _SEARCHED if one in rows)):
            found |= rows[name].fillna("").str.casefold().str.contains(asked, regex=False)
        rows = rows[found]
    number = question.number("page", 1, 1_000_000)
    shown = rows.iloc[(number - 1) * _PAGE : number * _PAGE]
    edited = request.args.get("edit", "")
    return render_template(
        "admin/table.html",
        page="admin",
        table=table,
        key=key,
        listed=_LISTED[table],
        rows=records(shown, _LISTED[table]),
        total=len(rows),
        number=number,
        pages=max(1, -(-len(rows) // _PAGE)),
        query={"q": request.args["q"]} if asked else {},
        edited=edited,
        values=_values(table, edited) if edited else {},
        fields=fields_of(cast("FormTable", table)),
        flags=[one.name for one in FRAMES[table].columns if one.type == "flag"],
        options=_options(table),
    )


@blueprint.post("/admin/<any(areas, categories, crews):table>")
@permission("manage_words")
def change(table: str) -> ResponseReturnValue:
    """Keep a row as the form has it."""
    with desk.store().transaction():
        done = change_row(desk.store(), cast("FormTable", table), request.form)
        audited.note(_CHANGED[table], done.key, before=done.before, after=done.after)
    flash(say("admin.row_kept", language(), row=done.key), "note")
    return redirect(f"/admin/{table}?{urlencode({'edit': done.key})}", code=303)


def _rows(table: str) -> pd.DataFrame:
    if table == "areas":
        return pd.DataFrame(places().table.drop(columns="geometry"))
    return desk.crews() if table == "crews" else desk.categories()


def _values(table: str, key: str) -> dict[str, Any]:
    """Return a row as the form shows it: days in the district's zone, the last one within."""
    row = desk.store().one_row.get(table, key)
    if row is None:
        raise NotFound("admin.no_row", field=KEYS[table], value=key)
    zone = ZoneInfo(desk.district().timezone)
    for name in _DAYS:
        if row.get(name) is not None:
            row[name] = row[name].astimezone(zone).isoformat()
    for name, value in row.items():
        if isinstance(value, float) and value == int(value):
            row[name] = int(value)
    return row


def _options(table: str) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen of the fields that have a select: values with their names."""
    name, kinds = f"name_{language()}", desk.kinds()
    if table == "areas":
        parts = places().table
        parts = parts[parts["kind"] == SUBDISTRICT]
        return {
            "kind": list(zip(kinds["kind"], kinds[name], strict=True)),
            "subdistrict_id": list(zip(parts["area_id"], parts["name"], strict=True)),
        }
    if table == "categories":
        clocks = [(one, say(f"admin.clock_{one}", language())) for one in CLOCKS]
        return {"clock": clocks, "unit": list(unit_names().items())}
    return {}
