"""``backup FILE``: the store in one file, while the service runs."""

from __future__ import annotations

from pathlib import Path

import click

from geo_service import store as stores
from geo_service.cli.context import Context, option_db
from geo_service.terms import say


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option_db
@click.pass_obj
def backup(ctx: Context, file: Path, db: str | None) -> None:
    """Write the store to a new FILE for its owner alone; the service may run meanwhile."""
    store = stores.open_store(ctx.settings(db).database_url, create=False)
    try:
        size = stores.back_up(store, file)
    finally:
        store.close()
    click.echo(say("store.backed_up", ctx.language, file=file.name, megabytes=f"{size / 1e6:.1f}"))
