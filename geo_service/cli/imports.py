"""``imports list`` and ``imports undo``: which files came in, and taking one back."""

from __future__ import annotations

import click
import pandas as pd

from geo_service import flow
from geo_service.cli.context import Context, option_db
from geo_service.cli.show import show
from geo_service.terms import say


@click.group()
def imports() -> None:
    """Every import with its sums; one can be taken back whole."""


@imports.command("list")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table")
@option_db
@click.pass_obj
def list_(ctx: Context, format_: str, db: str | None) -> None:
    """Show all imports, latest first."""
    columns = ["import_id", "kind", "file", "actor", "at", "state", *flow.COUNTS]
    with ctx.store(db) as store:
        rows = [{name: getattr(one, name) for name in columns} for one in store.imports.list()]
    show(pd.DataFrame(rows, columns=columns), format_, ctx.language)


@imports.command("undo")
@click.argument("import_id", type=int)
@option_db
@click.pass_obj
def undo(ctx: Context, import_id: int, db: str | None) -> None:
    """Take an import back: what it added goes, what it changed is as before."""
    with ctx.store(db) as store:
        flow.undo(store, import_id)
        ctx.note(store, "undid_import", str(import_id))
    click.echo(say("cli.undone", ctx.language, import_id=import_id))
