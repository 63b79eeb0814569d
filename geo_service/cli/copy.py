"""``copy --from URL --to URL``: a district moves to another database."""

from __future__ import annotations

import click

from geo_service import store as stores
from geo_service.cli.context import Context, progress
from geo_service.terms import say


@click.command()
@click.option("--from", "from_", required=True, metavar="URL", help="The store to copy.")
@click.option("--to", required=True, metavar="URL", help="An empty one, made where it can be.")
@click.pass_obj
def copy(ctx: Context, from_: str, to: str) -> None:
    """Copy a district from SQLite to PostgreSQL or back, whole or not at all."""
    source = stores.open_store(ctx.settings(from_).database_url, create=False)
    try:
        with ctx.store(to) as target, progress(ctx) as tell:
            rows = stores.copy_store(source, target, lambda done, total: tell("copy", done, total))
    finally:
        source.close()
    click.echo(say("store.copied", ctx.language, rows=rows))
