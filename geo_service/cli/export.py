"""``export TABLE --output FILE`` and ``export map --output FILE.html``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pandas as pd

from geo_service import flow, publish
from geo_service import store as stores
from geo_service.cli.context import Context, option_db
from geo_service.terms import LANGUAGES, BadUse, say

_MAP = "map"


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
@click.option("--weeks", type=click.IntRange(1), metavar="N")
@click.option("--lang", type=click.Choice(LANGUAGES))
@option_db
@click.pass_obj
def export(
    ctx: Context,
    /,
    table: str,
    output: Path,
    weeks: int | None,
    lang: str | None,
    db: str | None,
    **words: str | None,
) -> None:
    """Write a table as .geojson .csv .xlsx .gpkg or .parquet, or the map as one .html."""
    asked = publish.Filter.parse(words | {"from": words["from_"]})
    known = (*flow.exports.EXPORTS, _MAP)
    if table not in known:
        raise BadUse("pipeline.no_such_table", table=table, known=", ".join(known))
    if table != _MAP and (weeks or lang):
        raise BadUse("cli.only_map", options="--weeks, --lang")
    with ctx.store(db) as store:
        given = {name: word for name, word in words.items() if word}
        ctx.note(store, "exported", f"{table} {output.name}", after=given)
        asked.check(store.words.kinds()["kind"].tolist(), store.words.categories()["code"].tolist())
        if table == _MAP:
            _write_map(ctx, store, asked, output, lang or ctx.settings(db).language, weeks)
            return
        count = 0

        def counted() -> Iterator[pd.DataFrame]:
            nonlocal count
            for part in flow.exports.export_parts(store, table, asked, now=ctx.now()):
                count += len(part)
                yield part

        publish.write_export(table, counted(), output)
    click.echo(say("cli.exported", ctx.language, count=count, path=output), err=True)


def _write_map(
    ctx: Context,
    store: stores.Store,
    asked: publish.Filter,
    output: Path,
    language: str,
    weeks: int | None,
) -> None:
    # folium takes half a second to load
    from geo_service.flow.map_file import map_file

    if output.suffix.lower() != ".html":
        raise BadUse("publish.unknown_format", file=output.name, known=".html")
    with publish.whole(output) as beside:
        page, shown = map_file(store, asked, language, weeks=weeks)
        beside.write_text(page, "utf-8")
    told = {"first": shown[0], "last": shown[-1], "count": len(shown), "path": output}
    size = f"{output.stat().st_size / 1e6:.1f}"
    click.echo(say("cli.exported_map", ctx.language, size=size, **told), err=True)
