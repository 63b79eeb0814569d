"""Chinese or English: what the browser asks for, until a reader chooses by ``?lang=``."""

from collections.abc import Callable

from flask import Flask, Response, g, request
from markupsafe import Markup

from geo_service.terms import LANGUAGES, say
from geo_service.terms.phrases import phrase, subject_phrases
from geo_service.web.base import desk

COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def language() -> str:
    """Return ``zh`` or ``en`` for this request."""
    if "language" not in g:
        g.language = _chosen() or _kept() or _asked()
    return g.language


def phrases(subject: str) -> Callable[..., str]:
    """Return ``t(key, **values)`` for the phrases of `subject` in the reader's language.

    A key with a dot names another subject.
    """
    chosen = language()

    def t(key: str, **values: object) -> str:
        return say(key if "." in key else f"{subject}.{key}", chosen, **values)

    return t


def sentence(key: str, **values: object) -> Markup:
    """Return a phrase with links among its `values`; what is no markup is escaped."""
    return Markup(phrase(key, language())).format(**values)  # noqa: S704 - phrases are our own


def script_phrases() -> dict[str, str]:
    """Return what the scripts in the browser say, in the reader's language."""
    return subject_phrases("screen", language())


def init_app(app: Flask) -> None:
    """Keep a choice in a cookie."""

    @app.after_request
    def keep(response: Response) -> Response:
        response.vary.add("Accept-Language")
        chosen = _chosen()
        if chosen and chosen != _kept():
            secure = desk.desk().settings.https
            response.set_cookie(
                COOKIE, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure
            )
        return response


def _known(code: str | None) -> str | None:
    return code if code in LANGUAGES else None


def _chosen() -> str | None:
    return _known(request.args.get("lang"))


def _kept() -> str | None:
    return _known(request.cookies.get(COOKIE))


def _asked() -> str:
    return request.accept_languages.best_match(LANGUAGES) or desk.desk().settings.language
