"""``forecast``: next week's cases; ``backtest``: how well they were said before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click
import pandas as pd

from geo_service import flow, publish
from geo_service.cli.context import Context, option_db, option_format, progress
from geo_service.cli.figures import asked_for, last_run
from geo_service.cli.show import show
from geo_service.terms import NotReady, say

_SHOWN = ["recall_1", "recall_5", "recall_10", "pai_5", "pei_5", "deviance"]


@click.command()
@click.option("--as-of", metavar="DATE")
@click.option("--category", "categories", multiple=True, metavar="C")
@click.option("--kind", "kinds", multiple=True, metavar="K")
@click.option(
    "--by",
    type=click.Choice(["area", "subdistrict", "district"]),
    default="area",
    show_default=True,
)
@option_format
@option_db
@click.pass_obj
def forecast(
    ctx: Context,
    as_of: str | None,
    categories: tuple[str, ...],
    kinds: tuple[str, ...],
    by: str,
    format_: str,
    db: str | None,
) -> None:
    """Cases expected in the week after the last closed one, the most first."""
    with ctx.store(db) as store:
        last_run(store, as_of)
        asked = asked_for(store, categories, kinds)
        table = flow.forecasts.forecast_rows(store, by)
        areas, timezone = store.areas.read(), store.district.get().timezone
    shapes = format_ == "geojson"
    if by != "area":
        asked = replace(asked, kind=())
    table = publish.shaped("forecast", table, areas, asked, timezone, shapes=shapes)
    table = table.sort_values(["mean", "category", "area_id"], ascending=[False, True, True])
    if format_ == "table":
        table = table.drop(columns=["as_of", "run_id"])
    show(table.reset_index(drop=True), format_, ctx.language, ids=publish.TABLES["forecast"].ids)


@click.command()
@click.option("--weeks", type=click.IntRange(1), default=26, show_default=True, metavar="N")
@click.option("--ranking", is_flag=True)
@click.option("--forecasts", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table")
@option_db
@click.pass_obj
def backtest(
    ctx: Context, weeks: int, forecasts: Path | None, format_: str, db: str | None, *, ranking: bool
) -> None:
    """Say the last N weeks as if they were to come, and compare with what came."""
    if ranking:
        _show_rankings(ctx, format_, db)
        return
    with ctx.store(db) as store, progress(ctx) as tell:
        found, said = flow.forecasts.back_test(store, weeks, tell=tell)
        if forecasts is not None:
            with publish.whole(forecasts) as beside:
                for number, part in enumerate(said):
                    # a week at a time: all of a big city's do not fit into memory
                    part.to_csv(beside, mode="a", header=not number, index=False)
    if format_ == "json":
        # JSON knows no infinity and no number that is none
        found = json.loads(json.dumps(found), parse_constant=lambda _: None)
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    rows = [
        {"model": one["model"]}
        | {name: one[name] for name in [*_SHOWN, "coverage_80", "coverage_95"]}
        | dict(zip(("minus_ewma_5", "low", "high"), one["minus_ewma_5"], strict=True))
        for one in found["models"]
    ]
    show(pd.DataFrame(rows), format_, ctx.language)
    if format_ == "csv":
        return
    words = {"weeks": found["weeks"], "model": found["shown"]}
    shown = next(one for one in found["models"] if one["model"] == "as_shown")
    plain = next(one for one in found["models"] if one["model"] == "ewma")
    shares = {"held": shown["recall_5"], "simple": plain["recall_5"]}
    words |= {name: f"{100 * share:.1f}" for name, share in shares.items()}
    click.echo(say("cli.backtest", ctx.language, **words))


def _show_rankings(ctx: Context, format_: str, db: str | None) -> None:
    """Print how each order of the list did on the district's past, as the last refresh found it."""
    with ctx.store(db) as store:
        run = store.runs.latest()
    told = {} if run is None else run.params.get("ranking", {})
    if not told:
        raise NotReady("errors.no_run")
    if format_ == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    names = ("minus_ewma_5", "low", "high")
    rows = [
        {name: value for name, value in one.items() if name != names[0]}
        | dict(zip(names, one[names[0]], strict=True))
        for one in told["rankings"]
    ]
    show(pd.DataFrame(rows), format_, ctx.language)
    if format_ == "table":
        click.echo(flow.order_said(told, ctx.language))
