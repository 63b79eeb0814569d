"""Keeping house: people, imports, refreshing, and how far the work is."""

import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from geo_service import flow
from geo_service.flow import jobs
from geo_service.store import Job
from geo_service.terms import BadUse, say
from geo_service.web.base import desk, question
from geo_service.web.base.answers import json_answer
from geo_service.web.base.language import language
from geo_service.web.base.permissions import may, permission
from geo_service.web.base.records import records

blueprint = Blueprint("admin", __name__)

_SHOWN_JOBS = 20
_ENDINGS = (".csv", ".csv.gz", ".xlsx", ".json", ".geojson", ".gpkg", ".zip", ".kml", ".kmz")
_IMPORTED = ("reports", "areas", "visits", "crews", "categories")
_SYSTEMS = ("wgs84", "gcj02", "bd09")
_READ_BY = {"reports": ("preset", "crs"), "areas": ("kind", "crs")}
_LONGEST = 100


def init_app(app: Flask) -> None:
    """Let `app` take large files where files are taken, and there alone."""

    @app.before_request
    def widen() -> None:
        if request.endpoint == "admin.upload":
            request.max_content_length = desk.desk().settings.upload_bytes


@blueprint.get("/admin")
@permission("run_refresh")
def index() -> str:
    """Show people, and the last jobs."""
    return render_template(
        "admin/index.html",
        page="admin",
        people=desk.store().accounts.list() if may("manage_people") else [],
        jobs=desk.store().jobs.latest(_SHOWN_JOBS),
        waiting=sum(desk.store().placements.counts().values()) if may("place") else 0,
        imported=_IMPORTED,
        endings=",".join(_ENDINGS),
        presets=flow.preset_names(),
        kinds=records(desk.store().words.kinds(), ["kind", "name_zh", "name_en"]),
        systems=_SYSTEMS,
    )


@blueprint.post("/admin/refresh")
@permission("run_refresh")
def refresh() -> Response:
    """Ask for all figures anew."""
    args = {}
    if request.form.get("as_of"):
        args["as_of"] = question.day("as_of", request.form["as_of"]).isoformat()
    return _submitted("refresh", args)


@blueprint.post("/admin/imports")
@permission("import")
def upload() -> Response:
    """Take a file and ask for it to be read in."""
    table = request.form.get("table", "")
    if table not in _IMPORTED:
        raise BadUse("admin.unknown_table", table=table, known=", ".join(_IMPORTED))
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadUse("admin.no_file")
    how = _how(table)
    return _submitted("import", {"table": table, "path": _kept(file), "name": file.filename} | how)


@blueprint.post("/admin/jobs/<int:job_id>/cancel")
@permission("run_refresh")
def cancel(job_id: int) -> Response:
    """Ask a job to stop."""
    job = desk.store().jobs.cancel(job_id)
    if job.state == "cancelled" and "path" in job.args:
        # It never began: nobody else will take its file away.
        Path(job.args["path"]).unlink(missing_ok=True)
    return _back()


@blueprint.get("/api/jobs/<int:job_id>")
@permission("run_refresh")
def job(job_id: int) -> Response:
    """Say how far a job is."""
    return json_answer(_told(desk.store().jobs.get(job_id)))


def _submitted(kind: str, args: dict[str, Any]) -> Response:
    job_id = desk.store().jobs.submit(kind, args, current_user.name, desk.now())
    jobs.spawn_worker(desk.desk().settings)
    flash(say("admin.submitted", language(), job_id=job_id), "note")
    return _back()


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


def _back() -> Response:
    answer = redirect("/admin", code=303)
    return Response(answer.get_data(), answer.status_code, answer.headers)


def _told(job: Job) -> dict[str, Any]:
    told = asdict(job)
    # Where an upload lies is the house's affair.
    told["args"] = {key: value for key, value in job.args.items() if key != "path"}
    for name, value in told.items():
        if hasattr(value, "isoformat"):
            told[name] = value.isoformat()
    return told
