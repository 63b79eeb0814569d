"""The overview: one map, one list, one slider; its data comes by address."""

import pandas as pd
from flask import Blueprint, render_template, request

from geo_service.flow import order_said
from geo_service.publish import SUBDISTRICT
from geo_service.publish.page_map import SHOWN_LAYERS
from geo_service.terms import HEAT_TIMES, HEAT_WEEKS, HORIZON_LAYERS
from geo_service.web.base import desk
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.api import layers
from geo_service.web.data.shapes import places
from geo_service.web.data.state import told

blueprint = Blueprint("overview", __name__)


@blueprint.get("/")
@permission("view_map")
def index() -> str:
    """Show the overview, with what there is to be chosen."""
    table, run, known = places().table, desk.run_or_none(), layers()
    ranking = run.params.get("ranking") if run else None
    kinds = desk.kinds()
    present = kinds["locates"] & kinds["kind"].isin(table["kind"])
    return render_template(
        "overview/index.html",
        page="overview",
        layers=[layer for layer in SHOWN_LAYERS if layer in known],
        categories=_named(desk.categories(), "code", "name_zh", "name_en"),
        kinds=_named(kinds[present], "kind", "name_zh", "name_en"),
        subdistricts=_named(table[table["kind"] == SUBDISTRICT], "area_id", "name", "name"),
        weeks=run.weeks if run else [],
        horizons=sorted(HORIZON_LAYERS),
        first_horizon=next(iter(HORIZON_LAYERS)),
        heat_what=HEAT_TIMES,
        heat_weeks=HEAT_WEEKS,
        order=order_said(ranking, language()) if ranking else None,
        **told(request.args.get("week")),
    )


def _named(table: pd.DataFrame, *columns: str) -> list[list[object]]:
    """Return a value to choose and its names in Chinese and English, row by row."""
    rows = records(table, list(dict.fromkeys(columns)))
    return [[row[name] for name in columns] for row in rows]
