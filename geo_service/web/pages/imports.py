"""Files that come in: the form, what became of each, its rejected rows, and taking it back."""

import secrets
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, redirect, render_template, request
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Redirection

from geo_service import flow
from geo_service.flow import jobs
from geo_service.publish import csv_stream, mendable, write_xlsx
from geo_service.store import Import, Job
from geo_service.terms import BadUse, NotFound
from geo_service.web.base import desk
from geo_service.web.base.answers import stream_answer
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records

blueprint = Blueprint("imports", __name__)

_ENDINGS = (".csv", ".csv.gz", ".xlsx", ".json", ".geojson", ".gpkg", ".zip", ".kml", ".kmz")
_IMPORTED = ("reports", "areas", "visits", "crews", "categories")
_SYSTEMS = ("wgs84", "gcj02", "bd09")
_READ_BY = {"reports": ("preset", "crs"), "areas": ("kind", "crs")}
_LONGEST = 100
_SHOWN = 100
_SHOWN_ROWS = 50
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
        endings=",".join(_ENDINGS),
        presets=flow.preset_names(),
        kinds=records(desk.store().words.kinds(), ["kind", "name_zh", "name_en"]),
        systems=_SYSTEMS,
    )


@blueprint.post("/admin/imports")
@permission("import")
def upload() -> Redirection:
    """Take a file and ask for it to be read in."""
    table = request.form.get("table", "")
    if table not in _IMPORTED:
        raise BadUse("admin.unknown_table", table=table, known=", ".join(_IMPORTED))
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadUse("admin.no_file")
    store, how = desk.store(), _how(table)
    path, name = _kept(file), Path(file.filename.replace("\\", "/")).name
    number = store.imports.add(table, name, current_user.name, desk.now(), how)
    args = {"table": table, "path": path, "name": name, "import_id": number} | how
    job_id = store.jobs.submit("import", args, current_user.name, desk.now())
    store.imports.finish(number, "running", told={"job_id": job_id})
    jobs.spawn_worker(desk.desk().settings)
    return _to(number)


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
        reasons=sorted(found.told.get("reasons", {}).items(), key=lambda item: -item[1]),
        warnings=found.told.get("warnings", []),
        unknown=unknown,
        suggested={name: flow.suggested(store, name, words) for name, words in unknown.items()},
        rejects=rejects,
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
    if store.reports.count():
        store.jobs.submit("refresh", {}, current_user.name, desk.now())
        jobs.spawn_worker(desk.desk().settings)
    return _to(import_id)


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
    if one.state == "running" and job is not None:
        # a job that ended without a word of its import was stopped
        return job.state if job.state in ("queued", "running", "cancelled") else "failed"
    if one.state != "done" or not one.rejected:
        return one.state
    return "partly" if one.rejected < one.read else "failed"


def _how(table: str) -> dict[str, str]:
    """Return how the form says that a file is to be read; what it leaves out is not there."""
    asked = {name: request.form.get(name, "").strip() for name in _READ_BY.get(table, ())}
    known = {"preset": flow.preset_names(), "kind": list(desk.store().words.kinds()["kind"])}
    for name, value in asked.items():
        if value and value not in known.get(name, [value[:_LONGEST]]):
            listed = ", ".join(known.get(name, _SYSTEMS))
            raise BadUse("admin.unknown_choice", name=name, value=value[:_LONGEST], known=listed)
    return {name: value for name, value in asked.items() if value}


def _kept(file: FileStorage) -> str:
    name = str(file.filename).lower()
    ending = next((end for end in sorted(_ENDINGS, key=len)[::-1] if name.endswith(end)), None)
    if ending is None:
        raise BadUse("publish.unknown_format", file=file.filename, known=" ".join(_ENDINGS))
    folder = desk.desk().settings.var / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Never under the name somebody chose.
    path = folder / f"{secrets.token_hex(12)}{ending}"
    file.save(path)
    return str(path)
