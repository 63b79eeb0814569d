"""One area's page."""

import numpy as np
from flask import Blueprint, render_template

from geo_service.terms import ALL_CATEGORIES
from geo_service.web.base import desk
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.curves import horizons
from geo_service.web.data.shapes import places

blueprint = Blueprint("areas", __name__)


@blueprint.get("/areas/<path:area_id>")
@permission("view_map")
def one(area_id: str) -> str:
    """Show one area."""
    found = places().one(area_id)
    area = places().shown.records(np.array([places().row[str(found["area_id"])]]))[0]
    kind = _kind(str(area["kind"]))
    told = horizons(str(area["area_id"]), ALL_CATEGORIES) if desk.run_or_none() else []
    return render_template("area/index.html", page="area", area=area, kind=kind, horizons=told)


def _kind(kind: str) -> dict[str, object]:
    kinds = desk.kinds()
    found = records(kinds[kinds["kind"] == kind], ["kind", "name_zh", "name_en"])
    return found[0] if found else {"kind": kind, "name_zh": kind, "name_en": kind}
