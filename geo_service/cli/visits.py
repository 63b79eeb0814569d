"""``visits import``: who looked where."""

from __future__ import annotations

import time
from pathlib import Path

import click

from geo_service import flow
from geo_service.cli.context import Context, option_db
from geo_service.cli.reports import told


@click.group()
def visits() -> None:
    """Visits: who looked where and when."""


@visits.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@option_db
@click.pass_obj
def import_(ctx: Context, file: Path, format_: str, db: str | None) -> None:
    """Read visits of areas, and tracks; importing twice changes nothing."""
    begun = time.monotonic()
    with ctx.store(db) as store:
        done = flow.import_visits(store, file, now=ctx.now())
    told([done], format_, ctx.language, time.monotonic() - begun)


COMMANDS = {"visits": visits}
