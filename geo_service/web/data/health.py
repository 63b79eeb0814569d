"""Whether the service runs, whether it is ready, and a few counts for a monitor."""

import logging
from datetime import timedelta

from flask import Blueprint, Response

from geo_service.web.base import desk
from geo_service.web.base.answers import json_answer
from geo_service.web.base.permissions import PUBLIC, permission

blueprint = Blueprint("health", __name__)
STALE = timedelta(hours=36)
"""Age from which figures are stale: a nightly refresh was missed."""

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
    age = (desk.now() - run.finished_at).total_seconds()
    told = {
        "status": "ready",
        "run_id": str(run.run_id),
        "as_of": run.as_of.isoformat(),
        "age_seconds": round(age),
        "stale": age > STALE.total_seconds(),
    }
    return _uncached(json_answer(told))


@blueprint.get("/metrics")
@permission("manage_people")
def metrics() -> Response:
    """Give counts as Prometheus text."""
    store, run, now = desk.store(), desk.run_or_none(), desk.now().timestamp()
    counts: dict[str, float] = {
        "geo_service_reports": store.reports.count(),
        "geo_service_jobs_waiting": store.jobs.waiting(),
        "geo_service_jobs_running": len(store.jobs.of("running")),
        "geo_service_jobs_failed": len(store.jobs.of("failed")),
    }
    if run is not None:
        counts["geo_service_run_as_of_seconds"] = run.as_of.timestamp()
        counts["geo_service_run_finished_seconds"] = run.finished_at.timestamp()
        counts["geo_service_figures_age_seconds"] = now - run.finished_at.timestamp()
        counts["geo_service_run_weeks"] = len(run.weeks)
    lines = [f"# TYPE {name} gauge\n{name} {value}\n" for name, value in counts.items()]
    lines.append(desk.desk().counts.text())
    return Response("".join(lines), content_type="text/plain; version=0.0.4; charset=utf-8")


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
