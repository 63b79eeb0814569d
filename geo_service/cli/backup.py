"""``backup FILE``, ``restore FILE``, ``housekeeping``: a district in one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from geo_service import store as stores
from geo_service.cli.check import tell_faults
from geo_service.cli.context import Context, option_db
from geo_service.terms import say


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option_db
@click.pass_obj
def backup(ctx: Context, file: Path, db: str | None) -> None:
    """Write store, chain, key and photos to a new FILE; the service may run meanwhile."""
    settings = ctx.settings(db)
    store = stores.open_store(settings.database_url, create=False)
    chain, files = stores.Chain.of(settings), stores.PhotoFiles(settings.photos)
    try:
        made = stores.back_up(store, chain, files, file, now=ctx.now())
        ctx.note(store, "backed_up", file.name)
    finally:
        store.close()
    _tell(ctx, file, made)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option_db
@click.pass_obj
def restore(ctx: Context, file: Path, db: str | None) -> None:
    """Bring the backup FILE back into an empty place, and look whether all is as it was."""
    settings = ctx.settings(db)
    held = stores.restore(file, settings)
    told = {"file": file.name, "events": held.events, "photos": held.photos}
    click.echo(say("store.restored", ctx.language, **told))
    with ctx.store(db) as store:
        ctx.note(store, "restored", file.name)
    tell_faults(ctx, db)


@click.command()
@option_db
@click.pass_obj
def housekeeping(ctx: Context, db: str | None) -> None:
    """Make the backup that is due, delete photos and names whose time is over, as `serve` does."""
    from geo_service.flow.housekeeping import keep_house

    settings = ctx.settings(db)
    with ctx.store(db) as store:
        done = keep_house(store, settings, now=ctx.now())
        if done is not None and done.path is not None:
            ctx.note(store, "backed_up", done.path.name)
        if done is not None and done.erased:
            ctx.note(store, "erased_photos", after={"photos": len(done.erased)})
        if done is not None and done.reporters:
            ctx.note(store, "erased_personal", after={"reports": done.reporters})
    if done is None:
        click.echo(say("store.house_busy", ctx.language))
        return
    if done.path is not None and done.backup is not None:
        _tell(ctx, done.path, done.backup)
    click.echo(say("store.photos_erased", ctx.language, count=len(done.erased)))
    click.echo(say("store.reporters_erased", ctx.language, count=done.reporters))


def _tell(ctx: Context, file: Path, made: stores.Backup) -> None:
    megabytes = f"{made.size / 1e6:.1f}"
    click.echo(say("store.backed_up", ctx.language, file=file.name, megabytes=megabytes))
    if made.missing:
        told = {"count": len(made.missing), "photo_id": made.missing[0]}
        click.echo(say("store.backup_without", ctx.language, **told), err=True)
