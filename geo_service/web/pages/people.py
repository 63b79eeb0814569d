"""People who may sign in: added, changed, closed and opened again by the administrator."""

import secrets
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geo_service.people import hash_password, one_time_password
from geo_service.store import Account
from geo_service.terms import ROLES, BadInput, Conflict, NotFound, say
from geo_service.web.base import audited, desk
from geo_service.web.base.language import language
from geo_service.web.base.limits import password_gate
from geo_service.web.base.permissions import permission
from geo_service.web.pages.units import unit_names

blueprint = Blueprint("people", __name__)

_LONGEST = 200


@blueprint.get("/admin/people")
@permission("manage_people")
def index() -> str:
    """Show everybody, and the form of one."""
    return _page()


@blueprint.post("/admin/people")
@permission("manage_people")
def add() -> Response:
    """Make an account; its password is drawn, and shown this once."""
    name = request.form.get("name", "").strip()
    if not name or len(name) > _LONGEST:
        raise BadInput("admin.no_key", field="name")
    asked, password = _asked(), one_time_password(secrets.choice)
    hashed, store = _hashed(password, name), desk.store()
    with store.transaction():
        of = {"unit_id": asked["unit_id"]}
        store.accounts.add(name, asked["role"], hashed, asked["crew_id"], desk.now(), **of)
        audited.note("added_person", name, after=asked)
    return _once(name, password)


@blueprint.post("/admin/people/<path:name>/change")
@permission("manage_people")
def change(name: str) -> ResponseReturnValue:
    """Give somebody another role, crew or unit."""
    before, asked, store = _told(_other(name)), _asked(), desk.store()
    with store.transaction():
        store.accounts.change(name, asked["role"], asked["crew_id"], asked["unit_id"])
        audited.note("changed_person", name, before=before, after=asked)
    return _done("admin.person_changed", name)


@blueprint.post("/admin/people/<path:name>/password")
@permission("manage_people")
def new_password(name: str) -> Response:
    """Draw somebody a new password, shown this once; the old one ends, sessions too."""
    password, store = one_time_password(secrets.choice), desk.store()
    hashed = _hashed(password, _other(name).name)
    with store.transaction():
        store.accounts.set_password(name, hashed, desk.now())
        audited.note("changed_password", name)
    return _once(name, password)


@blueprint.post("/admin/people/<path:name>/disable")
@permission("manage_people")
def disable(name: str) -> ResponseReturnValue:
    """Close an account; whoever is signed in with it is out."""
    _other(name)
    with desk.store().transaction():
        desk.store().accounts.disable(name, desk.now())
        audited.note("changed_person", name, before={"disabled": False}, after={"disabled": True})
    return _done("admin.person_disabled", name)


@blueprint.post("/admin/people/<path:name>/enable")
@permission("manage_people")
def enable(name: str) -> ResponseReturnValue:
    """Open a closed account again."""
    _other(name)
    with desk.store().transaction():
        desk.store().accounts.enable(name)
        audited.note("changed_person", name, before={"disabled": True}, after={"disabled": False})
    return _done("admin.person_enabled", name)


@blueprint.post("/admin/people/<path:name>/second-factor")
@permission("manage_people")
def drop_second(name: str) -> ResponseReturnValue:
    """Ask somebody for no codes any more, whose authenticator is lost; sessions end."""
    _other(name)
    with desk.store().transaction():
        desk.store().accounts.drop_second(name, desk.now())
        audited.note("removed_second_factor", name)
    return _done("admin.second_dropped", name)


def _other(name: str) -> Account:
    """Return somebody's account; one's own is not changed here, so that nobody locks all out."""
    found = desk.store().accounts.get(name)
    if found is None:
        raise NotFound("store.no_such_account", name=name)
    if name == current_user.name:
        raise Conflict("admin.not_oneself")
    return found


def _asked() -> dict[str, Any]:
    """Return role, crew and unit as the form has them."""
    form = request.form
    role, crew, unit = (form.get(one, "").strip() for one in ("role", "crew_id", "unit_id"))
    if role not in ROLES:
        raise BadInput("admin.bad_field", field="role", value=role, fault=", ".join(ROLES))
    if crew and not desk.store().crews.has(crew):
        raise NotFound("cli.no_such_crew", crew_id=crew)
    if unit and not desk.store().units.has(unit):
        raise NotFound("store.no_such_unit", unit_id=unit)
    if (role == "crew-leader" and not crew) or (role == "unit" and not unit):
        raise BadInput("admin.of_what", role=role)
    return {"role": role, "crew_id": crew or None, "unit_id": unit or None}


def _told(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in ("role", "crew_id", "unit_id")}


def _hashed(password: str, name: str) -> str:
    with password_gate.judging:
        return hash_password(password, name)


def _page(**once: str) -> str:
    return render_template(
        "admin/people.html",
        page="admin",
        people=desk.store().accounts.list(),
        roles=ROLES,
        crews=list(zip(desk.crews()["crew_id"], desk.crews()["name"], strict=True)),
        units=list(unit_names().items()),
        **once,
    )


def _once(name: str, password: str) -> Response:
    """Show a password to who asked for it, and to no cache."""
    answer = make_response(_page(made=name, password=password))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _done(key: str, name: str) -> ResponseReturnValue:
    flash(say(key, language(), name=name), "note")
    return redirect("/admin/people", code=303)
