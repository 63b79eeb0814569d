"""``backtest``: how well next weeks were said before, beside simple rules."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pandas as pd

from geo_service import flow, publish
from geo_service.cli.context import Context, option_db, progress
from geo_service.cli.show import show
from geo_service.terms import NotReady, say

_SHOWN = ["recall_1", "recall_5", "recall_10", "pai_5", "pei_5", "deviance"]


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
