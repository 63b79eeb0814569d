"""Reports that lie nowhere: a list, a map, and a click that says where each of them is."""

from typing import Any

import pandas as pd
from flask import Blueprint, Response, render_template, request
from flask_login import current_user

from geo_service import flow
from geo_service.terms import BadUse, masked_texts
from geo_service.web.base import desk, question
from geo_service.web.base.answers import json_answer
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places
from geo_service.web.pages.reports import area_name, refresh_at_once, sentence

blueprint = Blueprint("placing", __name__)

_PAGE = 50
_ORDERS = ("newest", "oldest")


@blueprint.get("/reports/placing")
@permission("place")
def index() -> str:
    """Show the reports that wait to be placed, and the map to place them on."""
    category, order = request.args.get("category") or None, request.args.get("order") or _ORDERS[0]
    if category is not None:
        question.known_category(category)
    if order not in _ORDERS:
        raise BadUse("placing.bad_order", order=order, known=" | ".join(_ORDERS))
    number = question.number("page", 1, 10**6)
    counts = desk.store().placements.counts()
    total = sum(counts.values()) if category is None else counts.get(category, 0)
    pages = max(1, -(-total // _PAGE))
    number = min(number, pages)
    rows = desk.store().placements.waiting(
        category, newest=order == "newest", skip=(number - 1) * _PAGE, limit=_PAGE
    )
    names = desk.store().words.categories()
    names = names[names["code"].isin(list(counts))]
    return render_template(
        "reports/placing.html",
        page="placing",
        rows=_told(rows),
        categories=[
            {**row, "count": counts[row["code"]]}
            for row in records(names, ["code", "name_zh", "name_en"])
        ],
        category=category,
        order=order,
        orders=_ORDERS,
        total=total,
        number=number,
        pages=pages,
        query={
            key: value
            for key, value in request.args.items()
            if key in ("category", "order") and value
        },
    )


@blueprint.post("/api/reports/<path:report_id>/place")
@permission("place")
def place(report_id: str) -> Response:
    """Say where a report lies: JSON ``lon lat``."""
    asked = question.json_body()
    store, now = desk.store(), desk.now()
    answer = flow.place(
        store,
        report_id,
        asked.get("lon"),
        asked.get("lat"),
        by=current_user.name,
        now=now,
        # No fact came, an old one is known better: linked as the next refresh will see it.
        as_of=flow.default_as_of(store, now),
    )
    if answer.waits:
        refresh_at_once()
    told = ("report_id", "case_id", "link", "area_id", "subdistrict_id", "precision")
    facts = {name: getattr(answer, name) for name in told}
    return json_answer(facts | {"area": area_name(answer), "said": sentence(answer)})


def _told(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with their category's names, local times, and the middle of their subdistrict."""
    names = desk.store().words.categories().set_index("code")[["name_zh", "name_en"]]
    called = names.reindex(rows["category"]).set_axis(rows.index)
    middles = places().table.set_axis(pd.Index(places().table["area_id"]))
    near = middles[["inner_lon", "inner_lat"]].reindex(rows["subdistrict_id"]).set_axis(rows.index)
    local = rows["reported_at"].dt.tz_convert(desk.district().timezone)
    rows = rows.assign(reported_at=local.dt.strftime("%Y-%m-%d %H:%M"))
    return records(pd.concat([masked_texts(rows), called, near], axis=1))
