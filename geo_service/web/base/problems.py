"""What went wrong, as a status code and a sentence, on a page or as JSON.

Here alone is known which error has which code.
"""

import errno
import logging
from collections.abc import Mapping

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from geo_service import terms
from geo_service.terms import GeoServiceError, NotAllowed, say
from geo_service.web.base.language import language

_log = logging.getLogger(__name__)


class SignInNeeded(NotAllowed):
    """Nobody is signed in."""


class TooSoon(NotAllowed):
    """Too many tries: wait so many seconds."""

    def __init__(self, seconds: int, key: str = "auth.too_soon") -> None:
        super().__init__(key, seconds=seconds)
        self.seconds = seconds


STATUS: dict[type[GeoServiceError], int] = {
    SignInNeeded: 401,
    TooSoon: 429,
    terms.BadUse: 400,
    terms.BadInput: 422,
    terms.NotFound: 404,
    terms.NotReady: 503,
    NotAllowed: 403,
    terms.Conflict: 409,
    terms.Busy: 503,
}
"""Status code of each error; the first line that fits counts."""

_STORE_GONE = {
    **dict.fromkeys(
        ["store.unreachable", "store.no_database", "store.wrong_password"], "problems.store_gone"
    ),
    **dict.fromkeys(
        ["store.damaged", "store.not_a_store", "store.disk_fails", "store.read_only"],
        "problems.store_fails",
    ),
    "store.disk_full": "store.disk_full",
}
"""What is said where the store fails: not where it lies."""

_TOLD = ("field", "allowed", "reason", "version", "yours")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_BUSY_SECONDS = 5
_LIMIT_SECONDS = 60
_WORDED = (400, 403, 404, 405, 413, 415, 429, 500)


def status_of(error: GeoServiceError) -> int:
    """Return the status code of `error`."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def wants_json() -> bool:
    """Tell whether who asks is a program."""
    if request.path.startswith("/api/"):
        return True
    accepted = request.headers.get("Accept", "*/*")
    if request.path.startswith("/exports/"):
        return "text/html" not in accepted
    return "json" in accepted and "text/html" not in accepted


def problem(
    status: int,
    sentence: str,
    *,
    plain: bool = False,
    named: Mapping[str, object] | None = None,
) -> Response:
    """Answer with a sentence, as JSON or as a page; a plain one is without the page's frame.

    Programs are told the field that is `named`, which the sentence calls as people do, and what is
    `allowed` instead.
    """
    if wants_json():
        told = {name: value for name, value in (named or {}).items() if value and name in _TOLD}
        answer = jsonify(status=status, detail=sentence, error=sentence, **told)
    elif plain:
        answer = Response(f"{sentence}\n", mimetype="text/plain")
    else:
        try:
            page = render_template("problem.html", status=status, sentence=sentence, page="problem")
        except Exception:  # noqa: BLE001 - the page's frame asks the store, which may be what fails
            return problem(status, sentence, plain=True)
        answer = Response(page, mimetype="text/html")
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _store_gone(error: GeoServiceError) -> Response:
    """Answer without a page, whose frame asks the store; where that is, only the log says."""
    _log.error("%s %s: %s", request.method, request.path, error.say("en"))
    answer = problem(503, say(_STORE_GONE[error.key], language()), plain=True)
    answer.headers["Retry-After"] = str(_BUSY_SECONDS)
    return answer


def init_app(app: Flask) -> None:
    """Let `app` answer errors so."""

    @app.errorhandler(GeoServiceError)
    def ours(error: GeoServiceError) -> ResponseReturnValue:
        if isinstance(error, SignInNeeded) and not wants_json():
            asked = request.full_path.rstrip("?") if request.method == "GET" else "/"
            answer = redirect(url_for("auth.sign_in", next=asked))
            answer.headers["Cache-Control"] = "no-store"
            return answer
        if error.key in _STORE_GONE:
            return _store_gone(error)
        named = error.values
        if isinstance(error, terms.Refused):
            named = {**named, "allowed": error.allowed}
        response = problem(status_of(error), error.say(language()), named=named)
        if isinstance(error, TooSoon):
            response.headers["Retry-After"] = str(error.seconds)
        elif isinstance(error, terms.Busy):
            response.headers["Retry-After"] = str(_BUSY_SECONDS)
        return response

    @app.errorhandler(CSRFError)
    def forged(_: CSRFError) -> ResponseReturnValue:
        return problem(400, say("problems.csrf", language()))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if code < 400:
            return error.get_response()
        worded = code if code in _WORDED else (500 if code >= 500 else 400)
        response = problem(code, say(f"problems.http_{worded}", language()))
        if code == 429:
            response.headers["Retry-After"] = str(_LIMIT_SECONDS)
        if code == 405 and error.get_response().headers.get("Allow"):
            response.headers["Allow"] = error.get_response().headers["Allow"]
        return response

    app.register_error_handler(Exception, _unforeseen)


def _unforeseen(error: Exception) -> ResponseReturnValue:
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return _store_gone(terms.NotReady("store.disk_full"))
    _log.error("%s %s", request.method, request.path, exc_info=error)
    return problem(500, say("problems.http_500", language()))
