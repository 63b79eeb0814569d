"""Files that come in: the form, what became of each, its rejected rows, and taking it back."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
from flask import Blueprint, Flask, Response, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as Redirection

from geo_service import flow
from geo_service.flow import jobs
from geo_service.flow.report_fields import degrees
from geo_service.publish import csv_stream, feature_collection, mendable, write_xlsx
from geo_service.store import Import, Job
from geo_service.terms import BadUse, NotFound, masked_texts, say
from geo_service.terms.phrases import subject_phrases
from geo_service.web.base import audited, desk, uploads
from geo_service.web.base.answers import stream_answer
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import local, records
from geo_service.web.data.photos import files

blueprint = Blueprint("imports", __name__)

_IMPORTED = ("reports", "areas", "visits", "crews", "units", "calendar", "categories")
_SYSTEMS = ("wgs84", "gcj02", "bd09")
_LONGEST = 200
_NONE = "-"
"""A choice of nothing, where no choice means that it is found out."""
_ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252")
_FIELDS = [
    *("report_id", "reported_at", "category", "lon", "lat", "point", "x", "y", "address"),
    *("subdistrict", "area_name", "description", "status", "fixed_at", "verified_at", "closed_at"),
    *("source", "due_at", "unit"),
]
"""Fields of a report whose columns can be chosen."""
_SAID = ("real", "fallback", "forget")
_SHOWN = 100
_SHOWN_ROWS = 50
_DIGITS = 6
_DEGREES = ("lon", "lat", "depot_lon", "depot_lat")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def init_app(app: Flask) -> None:
    """Let `app` take large files where files are taken, and there alone."""

    @app.before_request
    def widen() -> None:
        if request.endpoint == "imports.upload":
            request.max_content_length = desk.desk().settings.upload_bytes


@blueprint.get("/admin/imports")
@permission("import")
def index() -> str:
    """Show the form, and all imports, latest first."""
    return render_template(
        "admin/imports.html",
        page="admin",
        imports=[_shown(one) for one in desk.store().imports.list(_SHOWN)],
        imported=_IMPORTED,
        first="areas" if desk.store().areas.boxes().empty else "reports",
        endings=",".join(uploads.ENDINGS),
    )


@blueprint.post("/admin/imports/begin")
@permission("import")
def begin() -> Redirection:
    """Empty the demo for a district of one's own."""
    name = request.form.get("district", "").strip()
    flow.begin_district(desk.store(), name, now=desk.now(), chain=desk.desk().chain, files=files())
    audited.note("began_district", name)
    flash(say("admin.begun", language(), name=name), "note")
    return redirect("/admin/imports", code=303)


@blueprint.post("/admin/imports")
@permission("import")
def upload() -> Redirection:
    """Take a file, and show what it would become."""
    table = _table(request.form)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadUse("admin.no_file")
    how = {name: request.form[name] for name in _how(table, request.form)}
    name = Path(file.filename.replace("\\", "/")).name
    asked = {"file": uploads.kept(file).name, "name": name, "table": table} | how
    return redirect(f"/admin/imports/preview?{urlencode(asked)}", code=303)


@blueprint.get("/admin/imports/preview")
@permission("import")
def look() -> str:
    """Show what a file would become, and let it be read another way; nothing is kept."""
    table, path = _table(request.args), uploads.path_of(request.args.get("file", ""))
    how = _how(table, request.args)
    head, name = uploads.head(path), request.args.get("name", "")[:_LONGEST] or path.name
    seen = flow.preview(desk.store(), head, table, how, now=desk.now())
    return render_template(
        "admin/preview.html",
        page="admin",
        file=path.name,
        name=name,
        table=table,
        how=how,
        chosen=lambda name: (
            how.get("map", {}).get(name[4:]) if name[:4] == "map_" else how.get(name)
        ),
        known=flow.HOW[table],
        seen=seen,
        part=head != path,
        places=_on_map(seen.places),
        columns=list(seen.rows.columns),
        rows=_rows(seen.rows),
        names=subject_phrases("fields", language()),
        rejects=records(seen.rejects),
        error=seen.error.say(language()).replace(head.name, name) if seen.error else None,
        warnings=seen.warnings,
        fields=_FIELDS,
        presets=flow.preset_names(desk.store()),
        kinds=records(desk.store().words.kinds(), ["kind", "name_zh", "name_en"]),
        systems=_SYSTEMS,
        encodings=_ENCODINGS,
    )


@blueprint.post("/admin/imports/keep")
@permission("import")
def keep() -> Redirection:
    """Ask for a file to be read in as it was shown."""
    table, path = _table(request.form), uploads.path_of(request.form.get("file", ""))
    store, how = desk.store(), _how(table, request.form)
    name = request.form.get("name", "")[:_LONGEST] or path.name
    number = store.imports.add(table, name, current_user.name, desk.now(), how)
    args = {"table": table, "path": str(path), "name": name, "import_id": number} | how
    job_id = store.jobs.submit("import", args, current_user.name, desk.now())
    store.imports.finish(number, "running", told={"job_id": job_id})
    audited.note("imported", f"{number} {name}", after={"table": table, **how})
    jobs.spawn_worker(desk.desk().settings)
    return _to(number)


@blueprint.post("/admin/imports/preset")
@permission("keep_presets")
def keep_preset() -> Redirection:
    """Keep how a file of reports was read as a preset, and show the file read by it."""
    asked, table = request.form, "reports"
    path, name = uploads.path_of(asked.get("file", "")), asked.get("as", "").strip()
    options = flow.options_of(_how(table, asked))
    flow.keep_preset(desk.store(), name, options, by=current_user.name, now=desk.now())
    audited.note("kept_preset", name)
    shown = {"file": path.name, "name": asked.get("name", ""), "table": table, "preset": name}
    flash(say("admin.preset_kept", language(), name=name), "note")
    return redirect(f"/admin/imports/preview?{urlencode(shown)}", code=303)


@blueprint.get("/admin/imports/<int:import_id>")
@permission("import")
def one(import_id: int) -> str:
    """Show what became of an import."""
    store, found = desk.store(), desk.store().imports.get(import_id)
    same = [one.import_id for one in store.imports.list(kind=found.kind) if one.file == found.file]
    # of a file the last import's rows alone are kept
    rejects = store.rejects.read(found.file, _SHOWN_ROWS) if same[0] == import_id else []
    unknown = found.told.get("unknown", {})
    return render_template(
        "admin/import.html",
        page="admin",
        one=_shown(found),
        counts={name: getattr(found, name) for name in flow.COUNTS},
        computable=desk.store().reports.count() > 0,
        reasons=sorted(found.told.get("reasons", {}).items(), key=lambda item: -item[1]),
        warnings=found.told.get("warnings", []),
        points=_points(found),
        unknown=unknown,
        said=flow.own_words(store),
        meanings=flow.MEANINGS,
        categories=records(desk.categories(), ["code", "name_zh", "name_en"]),
        suggested={name: flow.suggested(store, name, words) for name, words in unknown.items()},
        rejects=rejects,
        names=subject_phrases("fields", language()),
        option_names=subject_phrases("admin", language()),
    )


@blueprint.get("/admin/imports/<int:import_id>/rejects.<ext>")
@permission("import")
def rejects(import_id: int, ext: str) -> Response:
    """Give the rejected rows in the file's own columns, with their reasons."""
    found = desk.store().imports.get(import_id)
    if ext not in _TYPES:
        formats = ", ".join(_TYPES)
        raise NotFound(
            "problems.no_such_export", file=f"rejects.{ext}", tables="rejects", formats=formats
        )
    table = mendable(desk.store().rejects.read(found.file), language())
    name = f"{Path(found.file).stem}-rejects.{ext}"
    if ext == "csv":
        return stream_answer(csv_stream([table]), _TYPES[ext], name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rejects.xlsx"
        write_xlsx(table, path)
        return stream_answer([path.read_bytes()], _TYPES[ext], name)


@blueprint.post("/admin/imports/<int:import_id>/undo")
@permission("import")
def undo(import_id: int) -> Redirection:
    """Take an import back, and ask for the figures anew."""
    store = desk.store()
    flow.undo(store, import_id)
    audited.note("undid_import", str(import_id))
    if store.reports.count():
        store.jobs.submit("refresh", {}, current_user.name, desk.now())
        jobs.spawn_worker(desk.desk().settings)
    return _to(import_id)


@blueprint.post("/admin/imports/<int:import_id>/words")
@permission("manage_words")
def words(import_id: int) -> Redirection:
    """Keep what words mean that nobody knew, and ask for the figures anew."""
    asked, store = request.form, desk.store()
    pairs = zip(asked.getlist("word"), asked.getlist("means"), strict=False)
    said = {word[:_LONGEST]: means for word, means in pairs if means}
    if said:
        field = asked.get("field", "")
        flow.say_words(store, field, said, by=current_user.name, now=desk.now())
        audited.note("changed_words", field, after=said)
        store.jobs.submit("refresh", {}, current_user.name, desk.now())
        jobs.spawn_worker(desk.desk().settings)
    return _to(import_id)


@blueprint.post("/admin/imports/<int:import_id>/point")
@permission("import")
def point(import_id: int) -> Redirection:
    """Keep what a person says of a point, ``lon lat state``, and ask for the figures anew."""
    asked, store = request.form, desk.store()
    at = degrees("lon", asked.get("lon", ""), 180), degrees("lat", asked.get("lat", ""), 90)
    state = asked.get("state", "")
    if state not in _SAID:
        raise BadUse("admin.bad_point_state", state=state, known=" | ".join(_SAID))
    said = None if state == "forget" else state
    flow.decide_point(store, *at, said, by=current_user.name, now=desk.now())
    audited.note("decided_point", f"{at[0]} {at[1]}", after={"state": state})
    store.jobs.submit("refresh", {}, current_user.name, desk.now())
    jobs.spawn_worker(desk.desk().settings)
    return _to(import_id)


def _rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as people read them: local times, no more digits than they carry, names."""
    words = desk.store().words
    which = "name_zh" if language() == "zh" else "name_en"
    digits = {name: _DIGITS if name in _DEGREES else 0 for name in rows.select_dtypes("number")}
    shown = masked_texts(local(rows.round(digits)))
    for name, table, key in (
        ("category", words.categories, "code"),
        ("kind", words.kinds, "kind"),
    ):
        if name in shown:
            names = table().set_index(key)[which].dropna()
            shown[name] = shown[name].map(names).fillna(shown[name])
    if "precision" in shown:
        shown["precision"] = [
            say(f"admin.precision_{one}", language()) for one in rows["precision"]
        ]
    return records(shown)


def _on_map(places: gpd.GeoDataFrame) -> dict[str, Any] | None:
    """Return what a map shows of the first rows, each with its words."""
    if places.empty:
        return None
    reasons = [say(one, language()) if isinstance(one, str) else None for one in places["reason"]]
    told = places.assign(reason=reasons)
    found: dict[str, Any] = json.loads(b"".join(feature_collection(told, digits=_DIGITS)))
    return found


def _points(one: Import) -> list[dict[str, Any]]:
    """Return the points that an import doubted, with what people say of them by now."""
    said = {(lon, lat): state for lon, lat, state, *_ in desk.district().decided}
    points = one.told.get("points", [])
    return [{**at, "said": said.get((at["lon"], at["lat"]))} for at in points]


def _to(import_id: int) -> Redirection:
    return redirect(f"/admin/imports/{import_id}", code=303)


def _shown(one: Import) -> dict[str, Any]:
    """Return an import as the pages show it: never green where a row was not taken."""
    job = desk.store().jobs.get(one.told["job_id"]) if one.told.get("job_id") else None
    at = one.at.astimezone(ZoneInfo(desk.district().timezone)) if one.at else None
    error = one.told.get("error_zh" if language() == "zh" else "error")
    return {
        **vars(one),
        "at": at.strftime("%Y-%m-%d %H:%M") if at else "",
        "state": _state(one, job),
        "job": job,
        "error": error,
    }


def _state(one: Import, job: Job | None) -> str:
    if one.state == "applying":  # whatever became of its job, somebody finishes it
        return "running"
    if one.state == "running" and job is not None:
        # a job that ended without a word of its import was stopped
        return job.state if job.state in ("queued", "running", "cancelled") else "failed"
    if one.state != "done" or not one.rejected:
        return one.state
    return "partly" if one.rejected < one.read else "failed"


def _table(asked: Mapping[str, str]) -> str:
    table = asked.get("table", "")
    if table not in _IMPORTED:
        raise BadUse("admin.unknown_table", table=table, known=", ".join(_IMPORTED))
    return table


def _how(table: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return how a form says that a file is to be read; what it leaves out is not there."""
    names = [name for name in flow.HOW[table] if name != "map"]
    said = {name: asked.get(name, "").strip()[:_LONGEST] for name in names}
    known = {
        "preset": flow.preset_names(desk.store()),
        "kind": list(desk.store().words.kinds()["kind"]),
    }
    for name, values in known.items():
        if said.get(name) and said[name] not in (*values, _NONE):
            listed = ", ".join(values)
            raise BadUse("admin.unknown_choice", name=name, value=said[name], known=listed)
    row = said.get("header_row")
    if row and not (row.isascii() and row.isdigit() and len(row) < 8):
        raise BadUse("admin.unknown_choice", name="header_row", value=row, known="1, 2, 3 …")
    how: dict[str, Any] = {name: value for name, value in said.items() if value}
    if how.get("preset") == _NONE:
        how["preset"] = ""
    chosen = {name: asked.get(f"map_{name}", "")[:_LONGEST] for name in _FIELDS}
    columns = {name: "" if one == _NONE else one for name, one in chosen.items() if one}
    return how | ({"map": columns} if columns and "map" in flow.HOW[table] else {})
