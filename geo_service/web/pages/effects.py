"""Did the clean-up work: what each campaign changed, as the last run tells it; and trials."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from geo_service import flow
from geo_service.terms import BadUse
from geo_service.web.base import audited, desk
from geo_service.web.base.permissions import permission

blueprint = Blueprint("effects", __name__)

WIDTH, HEIGHT, GAP = 640, 160, 1


@blueprint.get("/effects")
@permission("view_coverage")
def index() -> str:
    """Show the campaigns with their effects, the latest first."""
    run = desk.run_or_none()
    told = {one["number"]: one["rows"] for one in (run.summary.get("effects", []) if run else [])}
    campaigns = [
        {"campaign": one, "rows": [_row(row) for row in told.get(one.campaign_id, [])]}
        for one in desk.store().campaigns.list()
    ]
    trials = [(one, _words(one.outcome or {})) for one in desk.store().trials.list()]
    return render_template("effects/index.html", page="effects", campaigns=campaigns, trials=trials)


@blueprint.post("/effects")
@permission("assign")
def add() -> Response:
    """Keep a campaign; the next refresh tells its effect."""
    said = {name: request.form.get(name, "").strip() for name in ("name", "begins", "ends")}
    try:
        begins, ends = (date.fromisoformat(said[name]) for name in ("begins", "ends"))
    except ValueError:
        raise BadUse("cli.bad_date", name="begins, ends", value=said["begins"]) from None
    areas = [one.strip() for one in request.form.get("areas", "").replace("，", ",").split(",")]
    areas = [one for one in areas if one]
    flow.effects.check_work(desk.store(), begins, ends, areas)
    name = said["name"] or begins.isoformat()
    number = desk.store().campaigns.add(name, begins, ends, areas, current_user.name, desk.now())
    audited.note("changed_area", f"campaign {number}", after={**said, "areas": areas})
    return redirect("/effects", code=303)


@blueprint.post("/effects/<int:campaign_id>/remove")
@permission("assign")
def remove(campaign_id: int) -> Response:
    """Take a campaign out."""
    desk.store().campaigns.remove(campaign_id)
    audited.note("changed_area", f"campaign {campaign_id}", before={"campaign": campaign_id})
    return redirect("/effects", code=303)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its figures in words, the first one with its picture."""
    out = {**row, **_words(row)}
    if row["change"] is not None:
        known = "less" if row["high"] < 0 else "more" if row["low"] > 0 else "unclear"
        out["verdict"] = f"effects.verdict_{known}"
    if "shown" in row:
        out["picture"] = _picture(row["shown"])
    return out


def _words(row: dict[str, Any]) -> dict[str, str]:
    """Return shares as per cent with their sign."""
    return {
        f"{name}_words": "–" if row.get(name) is None else f"{row[name]:+.0%}".replace("-", "−")
        for name in ("change", "low", "high")
    }


def _picture(shown: dict[str, Any]) -> dict[str, Any]:
    """Return bars and line of the weeks, places in a picture of `WIDTH` by `HEIGHT`."""
    expected = [one for one in shown["expected"] if one is not None]
    highest = max([*shown["observed"], *expected, 1])
    step = WIDTH / max(len(shown["weeks"]), 1)
    before = len(shown["weeks"]) - len(shown["expected"])
    bars = [
        {
            "x": round(number * step + GAP / 2, 1),
            "y": round(HEIGHT * (1 - count / highest), 1),
            "height": round(HEIGHT * count / highest, 1),
            "worked": before <= number < before + shown["worked"],
            "week": week,
            "count": count,
        }
        for number, (week, count) in enumerate(zip(shown["weeks"], shown["observed"], strict=True))
    ]
    line = " ".join(
        f"{(before + number + 0.5) * step:.1f},{HEIGHT * (1 - one / highest):.1f}"
        for number, one in enumerate(shown["expected"])
        if one is not None
    )
    return {"bars": bars, "line": line, "width": round(step - GAP, 1), "highest": highest}
