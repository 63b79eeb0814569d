"""Who asks by a token in the header: another program, with the role and scope of the token."""

import base64
import binascii

from flask import Flask, abort, request
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect

from geo_service.store import Token
from geo_service.terms import NotAllowed
from geo_service.web.base import desk

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST = 200


class Program(UserMixin):  # type: ignore[misc]
    """Another program, by its token."""

    crew_id = None

    def __init__(self, token: Token) -> None:
        self.name = f"token:{token.name}"
        self.role = token.role
        self.unit_id = token.unit_id
        self.scope = token.scope


def init_app(app: Flask, manager: LoginManager) -> None:
    """Let `app` know programs by their tokens, and hold them to their scopes."""

    @manager.request_loader
    def load(_: object) -> Program | None:
        key = _key()
        found = desk.store().tokens.find(key) if key else None
        return Program(found) if found is not None and found.stands(desk.now()) else None

    @app.before_request
    def hold() -> None:
        if not by_token() or current_user.scope == "write":
            return
        if current_user.scope != "read" or request.method not in _READS:
            raise NotAllowed("auth.other_scope", scope=current_user.scope)

    # A form of another site can send cookies, but no header: a token needs no mark of the page.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf = CSRFProtect(app)

    @app.before_request
    def protect() -> None:
        if by_token():
            return
        # a part of a form that has no name, which no browser sends
        if not all(isinstance(name, str) for name in request.form):
            abort(400)
        csrf.protect()


def by_token() -> bool:
    """Tell whether a program asks, by its token."""
    # without a header nobody has to be looked up: some addresses answer while the store is gone
    sent = "Authorization" in request.headers
    return sent and isinstance(current_user._get_current_object(), Program)  # noqa: SLF001


def _key() -> str:
    """Return the token of the header; as the password of Basic only to read, as maps do."""
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return rest.strip()[:_LONGEST]
    if kind.lower() != "basic" or request.method not in _READS:
        return ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[2][:_LONGEST]
    except (binascii.Error, ValueError):
        return ""
