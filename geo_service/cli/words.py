"""``crews``, ``categories`` and ``kinds``: tables that an office keeps by file."""

from __future__ import annotations

import time
from pathlib import Path

import click

from geo_service import flow
from geo_service.cli.context import Context, option_db
from geo_service.cli.reports import told
from geo_service.cli.show import show


def _group(table: flow.WordTable, what: str) -> click.Group:
    group = click.Group(table, help=what)

    @group.command("import")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
    @option_db
    @click.pass_obj
    def import_(ctx: Context, file: Path, format_: str, db: str | None) -> None:
        """Add and change rows by a file; what it does not name stays."""
        begun = time.monotonic()
        with ctx.store(db) as store:
            done = flow.import_table(store, file, table)
        told([done], format_, ctx.language, time.monotonic() - begun)

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
                "categories": store.words.categories,
                "kinds": store.words.kinds,
            }[table]()
        show(rows, format_, ctx.language)

    return group


COMMANDS = {
    "crews": _group("crews", "Crews: who works when, with what."),
    "categories": _group("categories", "Categories: what can be wrong, and its windows."),
    "kinds": _group("kinds", "Kinds of area, and their order of fineness."),
}
