"""My account: the own sessions, ended elsewhere, and a new password."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geo_service.people import MIN_LENGTH, hash_password
from geo_service.terms import BadInput, say
from geo_service.web.base import audited, desk, sessions
from geo_service.web.base.language import language
from geo_service.web.base.limits import password_gate, sign_in_limit
from geo_service.web.base.permissions import SIGNED_IN, permission
from geo_service.web.pages.auth import LONGEST

blueprint = Blueprint("me", __name__)


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


def _page(wrong: str | None = None) -> str:
    zone = ZoneInfo(desk.district().timezone)
    return render_template(
        "auth/me.html", page="me", wrong=wrong, least=MIN_LENGTH, sessions=_sessions(), zone=zone
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
