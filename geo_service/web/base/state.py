"""The state of the district in one line, and what every page is told."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_login import current_user

from geo_service.web.base import desk, language
from geo_service.web.base.permissions import may

_FACTS = ("open", "overdue", "returned_7", "unlocated", "without_point", "unseen")


def state() -> dict[str, Any] | None:
    """Return the line's figures, ``None`` before the first run.

    ``as_of`` is the last day that was seen, and a figure that does not exist is left out.
    """
    run = desk.run_or_none()
    if run is None:
        return None
    zone = ZoneInfo(desk.district().timezone)
    seen = (run.as_of - timedelta(microseconds=1)).astimezone(zone).date()
    facts = {name: run.summary.get(name) for name in _FACTS}
    return {"as_of": seen.isoformat(), "today": desk.today().isoformat(), **facts} | {
        "coverage_known": run.coverage_known
    }


def init_app(app: Flask) -> None:
    """Give every template of `app` what all of them need."""

    @app.context_processor
    def told() -> dict[str, Any]:
        person = current_user if current_user and current_user.is_authenticated else None
        return {
            "lang": language.language(),
            "t": language.phrases("web"),
            "script_phrases": language.script_phrases,
            "user": person,
            "may": may,
            "district": desk.district(),
            # Whoever may not see the map is not told how the district stands either.
            "state": state() if may("view_map") else None,
        }
