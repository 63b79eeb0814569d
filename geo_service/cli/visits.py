"""``visits import``: who looked where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo_service import flow, intake
from geo_service import store as stores
from geo_service.cli.context import Context, option_db
from geo_service.cli.reports import keep_and_tell, option_import_format, option_layout


@click.group()
def visits() -> None:
    """Visits: who looked where and when."""


@visits.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@option_layout
@option_import_format
@option_db
@click.pass_obj
def import_(ctx: Context, /, file: Path, format_: str, db: str | None, **given: Any) -> None:  # noqa: ANN401
    """Read visits of areas, and tracks; importing twice changes nothing."""
    layout = intake.Layout(**given)

    def keep(store: stores.Store, record: flow.Record) -> flow.Imported:
        return flow.import_visits(store, file, now=ctx.now(), layout=layout, record=record)

    keep_and_tell(ctx, db, format_, "visits", file, keep, given)
