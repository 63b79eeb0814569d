"""``refresh``: link, then every figure."""

from __future__ import annotations

import click

from geo_service import flow
from geo_service.cli.context import Context, day, option_db, progress
from geo_service.terms import say


@click.command()
@click.option("--as-of", metavar="DATE", help="First day not seen; default: after the last fact.")
@option_db
@click.pass_obj
def refresh(ctx: Context, as_of: str | None, db: str | None) -> None:
    """Compute cases and all figures anew, as one run."""
    with ctx.store(db) as store, progress(ctx) as tell:
        asked = day("--as-of", as_of)
        moment = flow.as_of_day(asked, store) if asked else None
        run_id = flow.refresh(store, now=ctx.now(), as_of=moment, tell=tell)
        run, district = store.runs.latest(), store.district.get()
    if run is not None:
        summary = run.summary
        counts = {name: summary[name] for name in ("reports", "cases", "unlocated")}
        counts |= {"weeks": len(run.weeks), "as_of": run.as_of.isoformat()}
        click.echo(say("cli.refreshed", ctx.language, run_id=run_id, **counts))
        islands, first = summary["islands"], summary["first_islands"]
        if islands:
            more = " …" if islands > len(first) else ""
            told = say(
                "cli.islands", ctx.language, count=islands, first=", ".join(first), more=more
            )
            click.echo(told, err=True)
    lost, doubtful = len(district.fallbacks), len(district.suspects)
    if lost or doubtful:
        told = say("cli.points_judged", ctx.language, lost=lost, doubtful=doubtful)
        click.echo(told, err=True)
