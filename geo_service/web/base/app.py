"""The application: blueprints by subject around one desk."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from geo_service.people import LASTS
from geo_service.settings import Settings, secret_key
from geo_service.store import Chain, Store, open_store
from geo_service.terms import masked
from geo_service.web.base import (
    language,
    limits,
    logs,
    permissions,
    problems,
    question,
    security,
    sessions,
    static_files,
    tokens,
    told,
)
from geo_service.web.base.desk import Desk
from geo_service.web.base.traffic import Counts
from geo_service.web.base.traffic import init_app as init_counts
from geo_service.web.data import api, assignments, cases, exports, health, photos, state, tiles
from geo_service.web.pages import (
    admin,
    areas,
    audit,
    auth,
    board,
    case,
    casework,
    coverage,
    crew,
    effects,
    imports,
    me,
    overview,
    people,
    placing,
    quick,
    record,
    rectification,
    reports,
    risks,
    search,
    tables,
    today,
    two_weeks,
    units,
)

_WEB = Path(__file__).parents[1]
_LARGEST_REQUEST = 1024 * 1024

BLUEPRINTS = [
    *(page.blueprint for page in (overview, today, two_weeks, record, risks, areas)),
    *(
        page.blueprint
        for page in (casework, case, reports, quick, placing, board, coverage, crew, search)
    ),
    *(rectification.blueprint, effects.blueprint),
    *(data.blueprint for data in (api, cases, assignments, photos, tiles, exports, state, health)),
    *(page.blueprint for page in (admin, audit, people, tables, imports, units, auth, me)),
]


def create_app(
    settings: Settings,
    store: Store | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    counts: Counts | None = None,
) -> Flask:
    """Return an application around `store`, opened where the settings say if none is given.

    Its requests are counted in `counts`, which other processes may share.
    """
    app = Flask(__name__, template_folder=str(templates()), static_folder=None)
    app.config.update(
        SECRET_KEY=secret_key(settings),
        SESSION_COOKIE_NAME="geo_service",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        PERMANENT_SESSION_LIFETIME=LASTS,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        # A token is as old as its session, which ends by itself.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["masked"] = masked
    opened = store or open_store(settings.database_url)
    opened.calendar.hours = settings.work_hours
    opened.runs.case_weight = settings.case_weight
    app.extensions["geo_service"] = own = Desk(
        settings, opened, now, Chain.of(settings), counts=Counts() if counts is None else counts
    )
    init_counts(app, own.counts)
    known = sessions.init_app(app)
    imports.init_app(app)
    photos.init_app(app)
    # Who may not do it is told so before the token is looked at, and before a file is read.
    permissions.init_app(app)
    limits.limiter.init_app(app)
    tokens.init_app(app, known)
    question.init_app(app)
    language.init_app(app)
    told.init_app(app)
    logs.init_app(app)
    problems.init_app(app)
    security.init_app(app, settings.tile_url, https=settings.https)
    static_files.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def templates() -> Path:
    """Return the folder of the templates: a wheel's, else the project's."""
    packaged = _WEB / "templates"
    return packaged if packaged.is_dir() else _WEB.parents[1] / "templates"
