"""Whether the service runs, whether it is ready, and a few counts for a monitor."""

import logging

from flask import Blueprint, Response

from geo_service.web.base import desk
from geo_service.web.base.answers import json_answer
from geo_service.web.base.permissions import PUBLIC, permission

blueprint = Blueprint("health", __name__)
_log = logging.getLogger(__name__)


@blueprint.get("/healthz")
@permission(PUBLIC)
def running() -> Response:
    """Say that the process answers."""
    return _uncached(json_answer({"status": "running"}))


@blueprint.get("/readyz")
@permission(PUBLIC)
def ready() -> Response:
    """Say whether the store answers and has figures to show."""
    try:
        run = desk.store().runs.latest()
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready
        _log.exception("the store does not answer")
        return _uncached(json_answer({"status": "no store"}, status=503))
    if run is None:
        return _uncached(json_answer({"status": "no figures yet"}, status=503))
    return _uncached(json_answer({"status": "ready", "run_id": str(run.run_id)}))


@blueprint.get("/metrics")
@permission("manage_people")
def metrics() -> Response:
    """Give counts as Prometheus text."""
    store, run = desk.store(), desk.run_or_none()
    counts: dict[str, float] = {
        "geo_service_reports": store.reports.count(),
        "geo_service_jobs_waiting": store.jobs.waiting(),
    }
    if run is not None:
        counts["geo_service_run_as_of_seconds"] = run.as_of.timestamp()
        counts["geo_service_run_finished_seconds"] = run.finished_at.timestamp()
        counts["geo_service_run_weeks"] = len(run.weeks)
    lines = [f"# TYPE {name} gauge\n{name} {value}\n" for name, value in counts.items()]
    return Response("".join(lines), content_type="text/plain; version=0.0.4; charset=utf-8")


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
