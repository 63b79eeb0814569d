"""Who did what with the house itself: a page and a file for admin."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from flask import Blueprint, Response, render_template, request

from geo_service.measure import local_midnight
from geo_service.publish import csv_stream
from geo_service.store import audit_table
from geo_service.web.base import audited, desk, question
from geo_service.web.base.answers import stream_answer
from geo_service.web.base.permissions import permission

blueprint = Blueprint("audit", __name__)

_PAGE = 100
_FILTERS = ("from", "to", "actor")
_PIECE = 5_000


@blueprint.get("/admin/audit")
@permission("read_audit")
def index() -> str:
    """Show a page of it, latest first."""
    chosen, zone = _chosen(), ZoneInfo(desk.district().timezone)
    store, number = desk.store(), question.number("page", 1, 100_000)
    count = store.audit.count(**chosen)
    rows = store.audit.read(**chosen, limit=_PAGE, offset=(number - 1) * _PAGE)
    return render_template(
        "admin/audit.html",
        page="admin",
        rows=rows,
        zone=zone,
        total=count,
        number=number,
        pages=max(1, -(-count // _PAGE)),
        query={name: request.args[name] for name in _FILTERS if request.args.get(name)},
        head=store.events.head(),
        sealed=store.seals.head(),
        events=store.events.count(),
    )


@blueprint.get("/admin/audit.csv")
@permission("read_audit")
def download() -> Response:
    """Give all of it as the filters have it."""
    chosen, store = _chosen(), desk.store()
    audited.note("exported", "audit.csv", after=request.args)

    def parts() -> Iterator[pd.DataFrame]:
        for start in range(0, max(store.audit.count(**chosen), 1), _PIECE):
            yield audit_table(store.audit.read(**chosen, limit=_PIECE, offset=start))

    return stream_answer(csv_stream(parts()), "text/csv; charset=utf-8", "audit.csv")


def _chosen() -> dict[str, Any]:
    """Return what the address asks for, its days whole."""
    zone = desk.district().timezone
    out: dict[str, Any] = {}
    if request.args.get("from"):
        out["start"] = local_midnight(question.day("from"), zone)
    if request.args.get("to"):
        out["end"] = local_midnight(question.day("to") + timedelta(days=1), zone)
    if request.args.get("actor"):
        out["actor"] = request.args["actor"]
    return out
