"""``crews units calendar categories kinds``: tables that an office keeps by file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo_service import flow, intake
from geo_service import store as stores
from geo_service.cli.context import Context, option_db
from geo_service.cli.reports import keep_and_tell, option_import_format, option_layout
from geo_service.cli.show import show


def _group(table: flow.WordTable, what: str) -> click.Group:
    group = click.Group(table, help=what)

    @group.command("import")
    @click.argument("file", type=click.Path(path_type=Path))
    @option_layout
    @option_import_format
    @option_db
    @click.pass_obj
    def import_(ctx: Context, /, file: Path, format_: str, db: str | None, **given: Any) -> None:  # noqa: ANN401
        """Add and change rows by a file; what it does not name stays."""

        def keep(store: stores.Store, record: flow.Record) -> flow.Imported:
            layout = intake.Layout(**given)
            return flow.import_table(store, file, table, layout=layout, record=record)

        keep_and_tell(ctx, db, format_, table, file, keep, given)

    @group.command("list")
    @click.option(
        "--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table"
    )
    @option_db
    @click.pass_obj
    def list_(ctx: Context, format_: str, db: str | None) -> None:
        """Show all rows."""
        with ctx.store(db) as store:
            rows = {
                "crews": store.crews.read,
                "units": store.units.read,
                "calendar": store.calendar.read,
                "categories": store.words.categories,
                "kinds": store.words.kinds,
            }[table]()
        show(rows, format_, ctx.language)

    return group


crews = _group("crews", "Crews: who works when, with what.")
units = _group("units", "Units: who answers for areas and problems.")
calendar = _group("calendar", "Calendar: the office's holidays, working days and half days.")
categories = _group("categories", "Categories: what can be wrong, and its windows.")
kinds = _group("kinds", "Kinds of area, and their order of fineness.")
