"""Every route names the action it needs, or nobody may use it; people says which role may."""

import hmac
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from flask_login import current_user

from geo_service import people
from geo_service.terms import NotAllowed
from geo_service.web.base import desk
from geo_service.web.base.keep import Kept
from geo_service.web.base.limits import is_loopback
from geo_service.web.base.problems import SignInNeeded

View = TypeVar("View", bound=Callable[..., object])

PUBLIC = "public"
"""The action of what is open to everybody."""

SIGNED_IN = "signed_in"
"""The action of what is open to whoever signed in."""

SECOND = "second_factor"
"""The action of who has an authenticator beside the password."""

_DEMO_ACTION = "view_map"
_OPEN_ENDPOINTS = frozenset({"static"})
_FOR_MONITORS = "health.metrics"
_ATTRIBUTE = "geo_service_action"
_ANY_REAL = Kept[bool]("any real")


def permission(action: str) -> Callable[[View], View]:
    """Declare the action a view needs.

    Raises
    ------
    KeyError
        If there is no such action: a mistake in the program.
    """
    if action not in (PUBLIC, SIGNED_IN):
        _ = people.ACTIONS[action]

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, action)
        return view

    return declare


def action_of(endpoint: str | None) -> str | None:
    """Return the action that the route called `endpoint` declares, ``None`` without one."""
    if endpoint in _OPEN_ENDPOINTS:
        return PUBLIC
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, _ATTRIBUTE, None)


def may(action: str) -> bool:
    """Tell whether the person who asks may do `action`."""
    if current_user.is_authenticated:
        if action == SIGNED_IN:  # what is one's own is no program's
            return hasattr(current_user, "session_id")
        return people.may(current_user.role, action)
    return action == _DEMO_ACTION and demo_is_open()


def must_enrol() -> bool:
    """Tell whether who asks has to set up a second factor before anything else."""
    wanted = desk.desk().settings.second_factor == "required"
    return wanted and not getattr(current_user, "enrolled", True) and may(SECOND)


def demo_is_open() -> bool:
    """Tell whether this request may read the demo without sign-in.

    Only on this very machine, and only while nobody but the demo made an account.
    """
    if request.method not in ("GET", "HEAD") or not _is_loopback():
        return False
    return desk.district().demo and not _ANY_REAL.lately((), desk.store().accounts.any_real)


def _is_loopback() -> bool:
    # Behind a proxy on this machine everybody would come from loopback.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    return is_loopback(request.remote_addr or "")


def _has_token(endpoint: str | None) -> bool:
    """Tell whether a monitor asks for the counts with the token of the settings."""
    token = desk.desk().settings.metrics_token
    if token is None or endpoint != _FOR_MONITORS:
        return False
    given = request.headers.get("Authorization", "").encode()
    return hmac.compare_digest(given, f"Bearer {token}".encode())


def init_app(app: Flask) -> None:
    """Ask before every request of `app`."""

    @app.before_request
    def check() -> None:
        action = action_of(request.endpoint)
        if action == PUBLIC or _has_token(request.endpoint):
            return
        # An address that does not exist says so only to those who may look around.
        known = action if action is not None else _DEMO_ACTION
        if may(known) and (action is not None or request.endpoint is None):
            if must_enrol() and known not in (SIGNED_IN, SECOND):
                raise NotAllowed("auth.second_first")
            return
        if not current_user.is_authenticated:
            raise SignInNeeded("auth.sign_in_needed")
        raise NotAllowed("auth.not_allowed", role=current_user.role)
