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
    """Compare pages, the log of events and photos with what was kept; name each fault."""
    tell_faults(ctx, db)


def tell_faults(ctx: Context, db: str | None) -> None:
    """Say what is wrong with the store at `db`, or that nothing is; ends with 1 where any is."""
    from geo_service.flow.check import faults_of

    settings = ctx.settings(db)
    with ctx.store(db) as store:
        faults = faults_of(store, stores.Chain.of(settings), stores.PhotoFiles(settings.photos))
        counts = {"no_faults": store.events.count(), "no_photo_faults": len(store.photos.all())}
    for one in faults:
        click.echo(say(f"store.fault_{one.what}", ctx.language, **one._asdict()))
    if faults:
        raise SystemExit(1)
    for told, count in counts.items():
        if count or told == "no_faults":
            click.echo(say(f"store.{told}", ctx.language, count=count))
