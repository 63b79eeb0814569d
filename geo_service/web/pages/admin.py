"""Keeping house: people, refreshing, and how far the work is."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_login import current_user

from geo_service.flow import jobs
from geo_service.store import Job
from geo_service.terms import say
from geo_service.web.base import desk, question
from geo_service.web.base.answers import json_answer
from geo_service.web.base.language import language
from geo_service.web.base.permissions import may, permission

blueprint = Blueprint("admin", __name__)

_SHOWN_JOBS = 20


@blueprint.get("/admin")
@permission("run_refresh")
def index() -> str:
    """Show people, and the last jobs."""
    return render_template(
        "admin/index.html",
        page="admin",
        jobs=desk.store().jobs.latest(_SHOWN_JOBS),
        waiting=sum(desk.store().placements.counts().values()) if may("place") else 0,
        ended=ended,
    )


@blueprint.post("/admin/refresh")
@permission("run_refresh")
def refresh() -> Response:
    """Ask for all figures anew."""
    args = {}
    if request.form.get("as_of"):
        args["as_of"] = question.day("as_of", request.form["as_of"]).isoformat()
    return _submitted("refresh", args)


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


def ended(job: Job) -> str:
    """Return how a job ended: an import that rejected rows did not simply end well."""
    rejected, read = job.result.get("rejected", 0), job.result.get("read", 0)
    if job.state != "done" or not rejected:
        return job.state
    return "partly" if rejected < read else "failed"


def _submitted(kind: str, args: dict[str, Any]) -> Response:
    job_id = desk.store().jobs.submit(kind, args, current_user.name, desk.now())
    jobs.spawn_worker(desk.desk().settings)
    flash(say("admin.submitted", language(), job_id=job_id), "note")
    return _back()


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
