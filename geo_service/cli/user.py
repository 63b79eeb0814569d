"""``user add|list|disable|enable|password|second-factor``: who may sign in."""

from __future__ import annotations

import secrets
import sys

import click

from geo_service.cli.context import Context, option_db
from geo_service.people import hash_password, one_time_password
from geo_service.terms import ROLES, NotFound, say


@click.group()
def user() -> None:
    """Accounts of people."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--crew", metavar="CREW_ID", help="The crew that a crew leader leads.")
@click.option("--unit", metavar="UNIT_ID", help="The unit that someone of role unit acts for.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@option_db
@click.pass_obj
def add(
    ctx: Context,
    /,
    name: str,
    role: str,
    crew: str | None,
    unit: str | None,
    password_stdin: bool,
    db: str | None,
) -> None:
    """Make an account; a password not given is drawn and printed once."""
    password = _password(password_stdin)
    with ctx.store(db) as store:
        if crew is not None and not store.crews.has(crew):
            raise NotFound("cli.no_such_crew", crew_id=crew)
        if unit is not None and not store.units.has(unit):
            raise NotFound("store.no_such_unit", unit_id=unit)
        hashed = hash_password(password, name)
        store.accounts.add(name, role, hashed, crew, ctx.now(), unit_id=unit)
        ctx.note(store, "added_person", name, after={"role": role, "crew": crew, "unit": unit})
    if not password_stdin:
        click.echo(password)


@user.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True)
@option_db
@click.pass_obj
def password(ctx: Context, name: str, password_stdin: bool, db: str | None) -> None:
    """Give an account a new password; whoever is signed in with the old one is out."""
    new = _password(password_stdin)
    with ctx.store(db) as store:
        store.accounts.set_password(name, hash_password(new, name), ctx.now())
        ctx.note(store, "changed_password", name)
    if not password_stdin:
        click.echo(new)


@user.command("second-factor")
@click.argument("name")
@click.option("--off", is_flag=True, required=True, expose_value=False, help="No codes.")
@option_db
@click.pass_obj
def second_factor(ctx: Context, name: str, db: str | None) -> None:
    """Take an account's authenticator away, where it is lost; whoever is signed in is out."""
    with ctx.store(db) as store:
        store.accounts.drop_second(name, ctx.now())
        ctx.note(store, "removed_second_factor", name)


@user.command("list")
@option_db
@click.pass_obj
def list_(ctx: Context, db: str | None) -> None:
    """List accounts: name, role, crew or unit, state."""
    with ctx.store(db) as store:
        for account in store.accounts.list():
            state = say("cli.disabled" if account.disabled else "cli.enabled", ctx.language)
            of = account.crew_id or account.unit_id or ""
            click.echo(f"{account.name}\t{account.role}\t{of}\t{state}")


@user.command("disable")
@click.argument("name")
@option_db
@click.pass_obj
def disable(ctx: Context, name: str, db: str | None) -> None:
    """Close an account; whoever is signed in with it is out."""
    with ctx.store(db) as store:
        store.accounts.disable(name, ctx.now())
        ctx.note(store, "changed_person", name, after={"disabled": True})


@user.command("enable")
@click.argument("name")
@option_db
@click.pass_obj
def enable(ctx: Context, name: str, db: str | None) -> None:
    """Open a closed account again."""
    with ctx.store(db) as store:
        store.accounts.enable(name)
        ctx.note(store, "changed_person", name, after={"disabled": False})


def _password(from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else one_time_password(secrets.choice)
