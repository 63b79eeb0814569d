"""Quick entry: calls by keyboard, names by their initials; or rows pasted from a spreadsheet."""

from io import BytesIO
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Redirection

from geo_service import flow
from geo_service.flow.report_fields import PERSONAL
from geo_service.publish import SUBDISTRICT
from geo_service.terms import BadInput, say
from geo_service.web.base import chosen, desk, uploads
from geo_service.web.base.keep import Kept
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.pinyin import initials
from geo_service.web.data.shapes import places
from geo_service.web.pages.reports import area_name, sentence, take_in

blueprint = Blueprint("quick", __name__)

SOURCE = "hotline"
_LISTED = 5_000
_FIELDS = ("category", "area", "lon", "lat", "address", "description", *PERSONAL)
_PASTED = 2_000_000
_AREAS = Kept[list[tuple[str, str, str]]]("quick areas")


@blueprint.get("/reports/quick")
@permission("report")
def index() -> str:
    """Show an empty form, and above it what became of the call just kept."""
    return _page({}, sent=request.args.get("sent", ""))


@blueprint.post("/reports/quick")
@permission("report")
def send() -> ResponseReturnValue:
    """Take a call in, and show the next empty form."""
    typed = {name: request.form.get(name, "").strip() for name in _FIELDS}
    try:
        code, (lon, lat) = _category(typed["category"]), _point(typed)
        told = {name: typed[name] for name in ("address", "description", *PERSONAL)}
        if not told["address"]:
            told["address"] = typed["area"]
        answer = take_in({"category": code, "lon": lon, "lat": lat, "source": SOURCE, **told})
    except BadInput as error:
        return _page(typed, wrong=error.say(language())), 422
    chosen.remember(code)
    return redirect(url_for("quick.index", sent=answer.report_id), code=303)


@blueprint.post("/reports/paste")
@permission("import")
def paste() -> Redirection:
    """Take rows that were copied from a spreadsheet, and show what they would become."""
    text = request.form.get("rows", "")
    if not text.strip():
        raise BadInput("admin.no_key", field="rows")
    if len(text) > _PASTED:
        raise BadInput("report.pasted_too_much", most=f"{_PASTED:,}")
    name = say("report.pasted", language(), now=desk.now().strftime("%Y%m%d-%H%M%S"))
    file = uploads.kept(FileStorage(BytesIO(text.encode()), f"{name}.csv"))
    asked = {"file": file.name, "name": f"{name}.csv", "table": "reports"}
    return redirect(f"/admin/imports/preview?{urlencode(asked)}", code=303)


def _category(text: str) -> str:
    """Return the code of what was typed: a code, a name, or initials of one category alone."""
    asked = text.casefold()
    known = desk.categories()
    for code, zh, en in zip(known["code"], known["name_zh"], known["name_en"], strict=True):
        if asked in (str(code).casefold(), str(zh), str(en).casefold()) or asked.startswith(
            f"{code} ".casefold()
        ):
            return str(code)
    close = [
        str(code)
        for code, zh in zip(known["code"], known["name_zh"], strict=True)
        if asked and asked in initials(str(zh))
    ]
    if len(close) != 1:
        raise BadInput("report.which_category", value=text, known=", ".join(close) or "–")
    return close[0]


def _point(typed: dict[str, str]) -> tuple[str, str]:
    """Return the point as typed, else one inside the area that is named."""
    if typed["lon"] and typed["lat"]:
        return typed["lon"], typed["lat"]
    table = places().table
    named, _, area_id = typed["area"].rpartition(" ")
    same = (table["area_id"] == (area_id or typed["area"])) | (table["name"] == typed["area"])
    found = table[same & (table["kind"] != SUBDISTRICT)]
    if named and len(found) > 1:
        found = found[found["area_id"] == area_id]
    if len(found) != 1:
        raise BadInput("report.which_area", value=typed["area"], count=len(found))
    return str(found["inner_lon"].item()), str(found["inner_lat"].item())


def _options() -> list[tuple[str, str]]:
    """Return what a category may be chosen by, and its initials: those last used first."""
    table = chosen.last_used_first()
    name = f"name_{language()}"
    return [
        (f"{code} {called}", initials(str(zh)))
        for code, called, zh in zip(table["code"], table[name], table["name_zh"], strict=True)
    ]


def _areas() -> list[tuple[str, str, str]]:
    """Return what an area may be chosen by, its initials and a point inside it."""

    def make() -> list[tuple[str, str, str]]:
        table = places().table
        table = table[(table["kind"] != SUBDISTRICT) & table["name"].notna()]
        if len(table) > _LISTED:
            return []
        rows = zip(
            *(table[one] for one in ("area_id", "name", "inner_lon", "inner_lat")), strict=True
        )
        return [(f"{n} {a}", initials(str(n)), f"{lon} {lat}") for a, n, lon, lat in rows]

    return _AREAS.of((desk.areas_version(),), make)


def _page(typed: dict[str, str], *, wrong: str | None = None, sent: str = "") -> str:
    known = bool(sent) and desk.store().live.has(sent)
    answer = flow.told(desk.store(), sent, "accepted") if known else None
    return render_template(
        "reports/quick.html",
        page="reports",
        typed=typed,
        wrong=wrong,
        categories=_options(),
        areas=_areas(),
        answer=answer,
        area=None if answer is None else area_name(answer),
        said=None if answer is None else sentence(answer),
    )
