"""Signing in and out: a name, a password, back to the page that was asked for."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo_service.store import Account
from geo_service.terms import say
from geo_service.web.base import audited, desk, sessions
from geo_service.web.base.language import language
from geo_service.web.base.limits import password_gate, sign_in_limit
from geo_service.web.base.permissions import PUBLIC, SIGNED_IN, must_enrol, permission

blueprint = Blueprint("auth", __name__)

LONGEST = 1024
"""Characters of a name or a password that are looked at."""

_LONGEST_CODE = 20

LANDING = {"crew-leader": "/crew", "inspector": "/coverage", "unit": "/casework"}
LANDING |= dict.fromkeys(("supervisor", "office"), "/today")
"""Where a role begins that did not ask for a page; all others at the map."""


@blueprint.get("/sign-in")
@permission(PUBLIC)
def sign_in() -> str:
    """Show the form."""
    return _form()


@blueprint.post("/sign-in")
@permission(PUBLIC)
@sign_in_limit
def enter() -> ResponseReturnValue:
    """Let somebody in, or say that name and password do not fit."""
    name = request.form.get("name", "").strip()[:LONGEST]
    with password_gate.passing(name), desk.store().going_first():
        account = sessions.fits(name, request.form.get("password", "")[:LONGEST])
        if account is None:
            audited.note("sign_in_failed", name)
            return _form(say("auth.wrong", language()), name), 401
        if sessions.ask_code(account):
            asked = safe_address(request.form.get("next"))
            return redirect(url_for("auth.code", next=asked), code=303)
        return _in(account)


@blueprint.get("/sign-in/code")
@permission(PUBLIC)
def code() -> ResponseReturnValue:
    """Show the form of the second step, to who did the first a moment ago."""
    return _code() if sessions.awaited() else _to_form()


@blueprint.post("/sign-in/code")
@permission(PUBLIC)
@sign_in_limit
def enter_code() -> ResponseReturnValue:
    """Let somebody in by a code of the authenticator."""
    name = sessions.awaited()
    if name is None:
        return _to_form()
    with password_gate.passing(name), desk.store().going_first():
        account = sessions.code_fits(name, request.form.get("code", "")[:_LONGEST_CODE])
        if account is None:
            audited.note("sign_in_failed", name, after={"step": "code"})
            return _code(say("auth.second_wrong", language())), 401
        return _in(account)


@blueprint.post("/sign-out")
@permission(SIGNED_IN)
def leave() -> Response:
    """Let somebody out."""
    sessions.end()
    return _to("/")


def _in(account: Account) -> Response:
    """Begin a session, and lead to where somebody wanted."""
    with desk.store().transaction():
        sessions.begin(account.name)
        audited.note("signed_in", account.name)
    if must_enrol():
        return _to("/me")
    asked = safe_address(request.form.get("next"))
    return _to(LANDING.get(account.role, "/") if asked == "/" else asked)


def _code(wrong: str | None = None) -> str:
    asked = safe_address(request.values.get("next"))
    return render_template("auth/code.html", page="auth", wrong=wrong, next=asked)


def _to_form() -> ResponseReturnValue:
    asked = safe_address(request.values.get("next"))
    return redirect(url_for("auth.sign_in", next=asked), code=303)


def _form(wrong: str | None = None, name: str = "") -> str:
    asked = request.values.get("next")
    return render_template(
        "auth/sign_in.html", page="auth", wrong=wrong, name=name, next=safe_address(asked)
    )


def _to(address: str | None) -> Response:
    answer = redirect(safe_address(address), code=303)
    answer.headers["Cache-Control"] = "no-store"
    assert isinstance(answer, Response)  # noqa: S101 - for the type checker
    return answer


def safe_address(address: str | None) -> str:
    r"""Return `address` if it is a path of this service, else the front page.

    >>> safe_address("/areas/A1?week=2026-W26"), safe_address("//evil.example"), safe_address(None)
    ('/areas/A1?week=2026-W26', '/', '/')
    """
    if not address or not address.startswith("/") or address.startswith(("//", "/sign-in")):
        return "/"
    # Browsers read a backslash as a slash and leave out control characters.
    if "\\" in address or any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in address):
        return "/"
    parts = urlsplit(address)
    return "/" if parts.scheme or parts.netloc else address
