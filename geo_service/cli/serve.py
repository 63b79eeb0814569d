"""``serve``: the web service."""

from __future__ import annotations

import click

from geo_service.cli.context import Context, option_db
from geo_service.terms import say


@click.command()
@click.option("--host", metavar="H", help="Address to listen on [127.0.0.1].")
@click.option("--port", type=click.IntRange(1, 65535), metavar="P", help="Port [PORT, 8000].")
@option_db
@click.pass_obj
def serve(ctx: Context, host: str | None, port: int | None, db: str | None) -> None:
    """Serve pages, data and exports until stopped."""
    from geo_service.cli.later import HEAVY, load

    load(*HEAVY)
    from geo_service.flow.jobs import sweep_uploads
    from geo_service.store import open_store
    from geo_service.web import serve as run

    settings = ctx.settings(db)
    # migrations run once, here, and not in each worker; so is what a killed one left taken away
    store = open_store(settings.database_url)
    sweep_uploads(store, settings.var / "uploads")
    store.close()
    listen, at = host or settings.host, port or settings.port
    shown = f"[{listen}]" if ":" in listen else listen
    click.echo(say("cli.serving", ctx.language, url=f"http://{shown}:{at}/"))
    run(settings, listen, at)
