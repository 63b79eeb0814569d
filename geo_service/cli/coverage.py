"""``coverage``: who looked where, as the last run found it."""

from __future__ import annotations

import click
import numpy as np

from geo_service import flow, publish
from geo_service.cli.context import Context, option_db, option_format
from geo_service.cli.figures import asked_for, last_run
from geo_service.cli.show import show
from geo_service.terms import ALL_CATEGORIES, BadUse, say


@click.command()
@click.option("--as-of", metavar="DATE")
@click.option("--week", "week", metavar="2026-W20|all", help="[the last closed week]")
@click.option("--category", metavar="C", help="[all that public channels do not observe]")
@click.option("--kind", "kinds", multiple=True, metavar="K")
@click.option(
    "--by", type=click.Choice(["area", "subdistrict"]), default="subdistrict", show_default=True
)
@option_format
@option_db
@click.pass_obj
def coverage(
    ctx: Context,
    as_of: str | None,
    week: str | None,
    category: str | None,
    kinds: tuple[str, ...],
    by: str,
    format_: str,
    db: str | None,
) -> None:
    """Who looked where: areas with somebody there by subdistrict, or days since a visit by area."""
    with ctx.store(db) as store:
        run = last_run(store, as_of)
        asked = asked_for(store, (category,) if category else (), kinds)
        looked = flow.exports.read_looked(store, run, category or ALL_CATEGORIES)
        areas = store.areas.read()
    if week not in (None, "all") and week not in looked.weeks:
        ends = (looked.weeks[0], looked.weeks[-1]) if looked.weeks else ("–", "–")
        raise BadUse("errors.no_such_week", week=week, first=ends[0], last=ends[1])
    of_kind = areas.set_index("area_id")["kind"].reindex(looked.area_ids)
    keep = np.ones(len(of_kind), dtype=bool)
    if asked.kind:
        keep = of_kind.isin(asked.kind).to_numpy()
    key = "subdistrict"
    if by == "subdistrict":
        table = publish.subdistrict_coverage(looked, areas, keep)
        if week != "all":
            table = table[table["week"] == (week or run.last_week)]
    else:
        if week == "all":
            raise BadUse("cli.coverage_all_weeks")
        at = looked.weeks.index(week) if week else len(looked.weeks) - 1
        table = publish.area_coverage(looked, areas, at)
        table = table[table["area_id"].isin(np.array(looked.area_ids, dtype=object)[keep])]
        key = "area_id"
    if format_ == "geojson":
        shapes = areas.set_index("area_id")["geometry"]
        table = table[table[key] != publish.WHOLE]
        table = table.assign(geometry=table[key].map(shapes))
    if looked.watched is None:
        click.echo(say("cli.coverage_unknown", ctx.language), err=True)
    ids = (key,) if by == "area" else (key, "week")
    show(table.reset_index(drop=True), format_, ctx.language, ids=ids)
