"""``check``: whether the store is as it was left."""

from __future__ import annotations

import click

from geo_service import store as stores
from geo_service.cli.context import Context, option_db
from geo_service.terms import say


@click.command()
@option_db
@click.pass_obj
def check(ctx: Context, db: str | None) -> None:
    """Compare the log of events with its chain; name what was changed, removed or added."""
    chain = stores.Chain.of(ctx.settings(db))
    with ctx.store(db) as store:
        count, faults = store.events.count(), store.events.faults(chain)
    for one in faults:
        click.echo(say(f"store.fault_{one.what}", ctx.language, **one._asdict()))
    if faults:
        raise SystemExit(1)
    click.echo(say("store.no_faults", ctx.language, count=count))
