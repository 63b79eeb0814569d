"""``events import``: the history of another system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo_service import flow, intake
from geo_service import store as stores
from geo_service.cli.context import Context, option_db
from geo_service.cli.reports import keep_and_tell, option_import_format, option_layout


@click.group()
def events() -> None:
    """Events: what was done with cases."""


@events.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", default="history", metavar="NAME", help="Who did it, where no row says.")
@option_layout
@option_import_format
@option_db
@click.pass_obj
def import_(
    ctx: Context,
    /,
    file: Path,
    source: str,
    format_: str,
    db: str | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Read what another system knows of cases; importing twice changes nothing."""
    chain = stores.Chain.of(ctx.settings(db))

    def keep(store: stores.Store, record: flow.Record) -> flow.Imported:
        how = intake.Layout(**given)
        return flow.import_events(
            store, chain, file, source=source, now=ctx.now(), layout=how, record=record
        )

    keep_and_tell(ctx, db, format_, "events", file, keep, {"source": source, **given})
