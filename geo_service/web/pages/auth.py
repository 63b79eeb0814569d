"""Signing in and out: a name, a password, back to the page that was asked for."""

import math
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, login_user, logout_user

from geo_service.people import delay_after, verify_password
from geo_service.store import Account
from geo_service.terms import say
from geo_service.web.base import desk
from geo_service.web.base.language import language
from geo_service.web.base.limits import password_gate, sign_in_limit
from geo_service.web.base.permissions import PUBLIC, SIGNED_IN, permission
from geo_service.web.base.problems import TooSoon

blueprint = Blueprint("auth", __name__)

LASTS = timedelta(hours=12)
"""How long a login holds, used or not."""

_SINCE = "signed_in_at"
_LONGEST = 1024


class Person(UserMixin):  # type: ignore[misc]
    """Somebody who signed in."""

    def __init__(self, account: Account) -> None:
        self.name = account.name
        self.role = account.role
        self.crew_id = account.crew_id
        self.stamp = account.stamp

    def get_id(self) -> str:
        """Name the account, and which of its passwords let this person in."""
        return f"{self.stamp} {self.name}"


def init_app(app: Flask) -> None:
    """Let `app` know people by their session."""
    manager = LoginManager()
    manager.init_app(app)

    @manager.user_loader
    def load(key: str) -> Person | None:
        stamp, _, name = key.partition(" ")
        if desk.now().timestamp() >= session.get(_SINCE, 0) + LASTS.total_seconds():
            return None
        account = desk.account(name)
        if account is None or account.disabled or str(account.stamp) != stamp:
            return None
        return Person(account)


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
    accounts = desk.store().accounts
    name = request.form.get("name", "").strip()[:_LONGEST]
    password = request.form.get("password", "")[:_LONGEST]
    _wait(name)
    account = accounts.get(name)
    known = account is not None and not account.disabled
    # A name without an account costs as long as one with: the clock tells nobody who works here.
    with password_gate.passing():
        fits = verify_password(password, account.password_hash if account else None)
    if account is None or not known or not fits:
        accounts.failed(name, desk.now())
        return _form(say("auth.wrong", language()), name), 401
    accounts.succeeded(name)
    # A session begun before signing in ends here, and its tokens with it.
    session.clear()
    session.permanent = True
    session[_SINCE] = desk.now().timestamp()
    login_user(Person(account))
    return _to(request.form.get("next"))


@blueprint.post("/sign-out")
@permission(SIGNED_IN)
def leave() -> Response:
    """Let somebody out."""
    logout_user()
    session.clear()
    return _to("/")


def _wait(name: str) -> None:
    left = delay_after(*desk.store().accounts.failures(name), desk.now()).total_seconds()
    if left > 0:
        raise TooSoon(math.ceil(left))


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
