"""What every page is told."""

from typing import Any

from flask import Flask
from flask_login import current_user

from geo_service.web.base import desk, language
from geo_service.web.base.permissions import may


def init_app(app: Flask) -> None:
    """Give every template of `app` what all of them need."""

    @app.context_processor
    def told() -> dict[str, Any]:
        person = current_user if current_user and current_user.is_authenticated else None
        # Whoever may not see the map is not told how the district stands either.
        known = may("view_map") and desk.run_or_none() is not None
        return {
            "lang": language.language(),
            "t": language.phrases("web"),
            "sentence": language.sentence,
            "script_phrases": language.script_phrases,
            "user": person,
            "may": may,
            "district": desk.district(),
            "today": desk.today().isoformat() if known else "",
        }
