"""My account: the own sessions, ended elsewhere, and a new password."""

import secrets
from typing import Any
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geo_service.people import MIN_LENGTH, hash_password, link_of, secret_of, step_of
from geo_service.terms import BadInput, Conflict, say
from geo_service.web.base import audited, desk, sessions
from geo_service.web.base.language import language
from geo_service.web.base.limits import password_gate, sign_in_limit
from geo_service.web.base.permissions import SECOND, SIGNED_IN, may, permission
from geo_service.web.pages.auth import LONGEST

blueprint = Blueprint("me", __name__)

_DRAWN = "drawn"


@blueprint.get("/me")
@permission(SIGNED_IN)
def page() -> str:
    """Show the page."""
    return _page()


@blueprint.post("/me/sessions")
@permission(SIGNED_IN)
def sign_out_elsewhere() -> Response:
    """End the own sessions but this one."""
    name, here = current_user.name, current_user.session_id
    desk.store().sessions.end(name, desk.now(), but=here)
    audited.note("signed_out_elsewhere", name)
    return _done("auth.ended_elsewhere")


@blueprint.post("/me/password")
@permission(SIGNED_IN)
@sign_in_limit
def new_password() -> ResponseReturnValue:
    """Change the own password; whoever knows the old one only is out."""
    name = current_user.name
    with password_gate.passing(name):
        try:
            # before the old one is judged: that try stands as a wrong one until a session begins
            with password_gate.judging:
                hashed = hash_password(request.form.get("new", ""), name)
        except BadInput as error:
            return _page(error.say(language())), 422
        if sessions.fits(name, request.form.get("old", "")[:LONGEST]) is None:
            return _page(say("auth.wrong_old", language())), 422
        with desk.store().transaction():
            desk.store().accounts.set_password(name, hashed, desk.now())
            sessions.begin(name)
            audited.note("changed_password", name)
    return _done("auth.password_changed")


@blueprint.post("/me/second-factor")
@permission(SECOND)
def enrol() -> Response:
    """Draw a secret for the authenticator, shown this once; nothing counts until a code of it."""
    _may_enrol()
    session[_DRAWN] = secret_of(secrets.token_bytes)
    return _drawn()


@blueprint.post("/me/second-factor/confirm")
@permission(SECOND)
@sign_in_limit
def confirm() -> ResponseReturnValue:
    """Ask for codes of the secret from now on, if this is one."""
    _may_enrol()
    name, secret = current_user.name, session.get(_DRAWN)
    if secret is None:
        return redirect("/me", code=303)
    step = step_of(secret, request.form.get("code", ""), desk.now(), None)
    if step is None:
        return _drawn(say("auth.second_wrong", language())), 422
    with desk.store().transaction():
        desk.store().accounts.set_second(name, secret, step)
        audited.note("added_second_factor", name)
    del session[_DRAWN]
    return _done("auth.second_added")


def _may_enrol() -> None:
    if desk.desk().settings.second_factor == "off":
        raise Conflict("auth.second_off")
    if current_user.enrolled:
        raise Conflict("auth.second_stands")


def _drawn(wrong: str | None = None) -> Response:
    """Show the secret that was drawn, to no cache."""
    secret = session[_DRAWN]
    link = link_of(secret, current_user.name, desk.district().name_zh or "geo_service")
    answer = make_response(_page(second_wrong=wrong, secret=secret, link=link))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(wrong: str | None = None, **enrolling: str | None) -> str:
    zone = ZoneInfo(desk.district().timezone)
    return render_template(
        "auth/me.html",
        page="me",
        wrong=wrong,
        least=MIN_LENGTH,
        sessions=_sessions(),
        zone=zone,
        second=desk.desk().settings.second_factor if may(SECOND) else "off",
        **enrolling,
    )


def _sessions() -> list[dict[str, Any]]:
    found = desk.store().sessions.of(current_user.name)
    seen = desk.desk().seen
    return [
        {
            "address": one.address,
            "begun": one.begun,
            "seen": max(one.seen, seen.get(one.session_id, one.seen)),
            "here": one.session_id == current_user.session_id,
        }
        for one in found
        if sessions.standing(one)
    ]


def _done(key: str) -> Response:
    flash(say(key, language()), "note")
    answer = redirect("/me", code=303)
    answer.headers["Cache-Control"] = "no-store"
    return Response(answer.get_data(), answer.status_code, answer.headers)
