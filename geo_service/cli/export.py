"""``export TABLE --output FILE``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pandas as pd

from geo_service import flow, publish
from geo_service.cli.context import Context, option_db
from geo_service.terms import BadUse, say


@click.command()
@click.argument("table")
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("--week", metavar="W")
@click.option("--category", metavar="C")
@click.option("--kind", metavar="K")
@click.option("--subdistrict", metavar="S")
@click.option("--from", "from_", metavar="D")
@click.option("--to", metavar="D")
@click.option("--bbox", metavar="W,S,E,N")
@option_db
@click.pass_obj
def export(
    ctx: Context,
    table: str,
    output: Path,
    week: str | None,
    category: str | None,
    kind: str | None,
    subdistrict: str | None,
    from_: str | None,
    to: str | None,
    bbox: str | None,
    db: str | None,
) -> None:
    """Write a table as .geojson .csv .xlsx .gpkg or .parquet."""
    asked = publish.Filter.parse(
        {
            "week": week,
            "category": category,
            "kind": kind,
            "subdistrict": subdistrict,
            "from": from_,
            "to": to,
            "bbox": bbox,
        }
    )
    if table not in flow.exports.EXPORTS:
        raise BadUse("pipeline.no_such_table", table=table, known=", ".join(flow.exports.EXPORTS))
    with ctx.store(db) as store:
        asked.check(store.words.kinds()["kind"].tolist(), store.words.categories()["code"].tolist())
        count = 0

        def counted() -> Iterator[pd.DataFrame]:
            nonlocal count
            for part in flow.exports.export_parts(store, table, asked):
                count += len(part)
                yield part

        publish.write_export(table, counted(), output)
    click.echo(say("cli.exported", ctx.language, count=count, path=output), err=True)


COMMANDS = {"export": export}
