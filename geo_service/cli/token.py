"""``token add|list|revoke``: by what other programs ask."""

from __future__ import annotations

import secrets
from datetime import timedelta

import click

from geo_service import store as stores
from geo_service.cli.context import Context, option_db
from geo_service.terms import ROLES, SCOPES, BadUse, NotFound, say

_BYTES = 32


@click.group()
def token() -> None:
    """Tokens of other programs."""


@token.command("add")
@click.argument("name")
@click.option("--scope", required=True, type=click.Choice(SCOPES))
@click.option("--role", type=click.Choice([r for r in ROLES if r not in ("admin", "crew-leader")]))
@click.option("--unit", metavar="UNIT_ID", help="The unit for which it asks.")
@click.option("--days", type=click.IntRange(1), metavar="N", help="It ends after so many.")
@option_db
@click.pass_obj
def add(
    ctx: Context,
    /,
    name: str,
    scope: str,
    role: str | None,
    unit: str | None,
    days: int | None,
    db: str | None,
) -> None:
    """Make a token, printed once: a viewer's, or a unit's, where no role is named."""
    chosen = role or ("unit" if unit else "viewer")
    if (chosen == "unit") != (unit is not None):
        raise BadUse("cli.token_of_what", role=chosen)
    if scope == "write" and chosen == "viewer":
        raise BadUse("cli.token_writes")
    key, now = secrets.token_urlsafe(_BYTES), ctx.now()
    until = now + timedelta(days=days) if days else None
    with ctx.store(db) as store, store.transaction():
        if unit is not None and not store.units.has(unit):
            raise NotFound("store.no_such_unit", unit_id=unit)
        store.tokens.add(key, stores.Token(name, scope, chosen, unit, now, until, None))
        ctx.note(store, "added_token", name, after={"scope": scope, "role": chosen, "unit": unit})
    click.echo(key)


@token.command("list")
@option_db
@click.pass_obj
def list_(ctx: Context, db: str | None) -> None:
    """List tokens: name, scope, role, unit, state, last day."""
    with ctx.store(db) as store:
        for one in store.tokens.list():
            state = say("cli.enabled" if one.stands(ctx.now()) else "cli.disabled", ctx.language)
            until = one.expires_at.date().isoformat() if one.expires_at else ""
            told = (one.name, one.scope, one.role, one.unit_id or "", state, until)
            click.echo("\t".join(told))


@token.command("revoke")
@click.argument("name")
@option_db
@click.pass_obj
def revoke(ctx: Context, name: str, db: str | None) -> None:
    """End a token."""
    with ctx.store(db) as store, store.transaction():
        store.tokens.revoke(name, ctx.now())
        ctx.note(store, "revoked_token", name)
