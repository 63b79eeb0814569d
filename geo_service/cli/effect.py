"""``effect`` and ``trial``: whether a clean-up worked, and the coin that tells it best."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import pandas as pd

from geo_service import flow
from geo_service import store as stores
from geo_service.cli.context import Context, day, option_db
from geo_service.cli.show import show
from geo_service.terms import ALL_CATEGORIES, BadUse, say

_FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
_COLUMNS = [
    *("group", "key", "areas", "first_week", "last_week", "observed", "expected", "change"),
    *("low", "high", "before", "times"),
]


@click.command()
@click.option("--areas", metavar="FILE|ID,ID", help="A list of area ids, a line each, or the ids.")
@click.option("--crew", metavar="ID", help="The areas in which a crew fixed in these days.")
@click.option("--from", "from_", metavar="D", required=True, help="The first day of the work.")
@click.option("--to", metavar="D", required=True, help="The last day of the work.")
@click.option("--category", metavar="C", help="One category [all].")
@click.option("--keep", metavar="NAME", help="Keep it as a campaign, told by each refresh.")
@_FORMAT
@option_db
@click.pass_obj
def effect(
    ctx: Context,
    areas: str | None,
    crew: str | None,
    from_: str,
    to: str,
    category: str | None,
    keep: str | None,
    format_: str,
    db: str | None,
) -> None:
    """Cases that came beside those to be expected had nothing been done; never before and after."""
    first, last = day("--from", from_), day("--to", to)
    if (areas is None) == (crew is None) or first is None or last is None:
        raise BadUse("effects.areas_or_crew")
    ids = None if areas is None else read_ids(areas)
    with ctx.store(db) as store:
        code = category or ALL_CATEGORIES
        rows = flow.effects.effect(store, first, last, areas=ids, crew=crew, category=code)
        if keep and ids:
            flow.effects.check_work(store, first, last, ids)
            store.campaigns.add(keep, first, last, ids, "cli", datetime.now(UTC))
    if not rows:
        click.echo(say("effects.no_weeks", ctx.language), err=True)
    table = pd.DataFrame(rows, columns=_COLUMNS)
    show(table.astype({"change": float, "low": float, "high": float}), format_, ctx.language)
    if format_ == "table" and any(row["times"] == 0 for row in rows):
        click.echo(say("effects.too_short", ctx.language), err=True)


def read_ids(text: str) -> list[str]:
    """Return the area ids of a file, the first field of each line, or of a list with commas."""
    path = Path(text)
    if not path.is_file():
        return [one for one in text.split(",") if one]
    lines = path.read_text("utf-8-sig").splitlines()
    ids = [line.split(",")[0].strip().strip('"') for line in lines]
    return [one for one in ids if one and one != "area_id"]


@click.group()
def trial() -> None:
    """Let a coin decide where equal places outnumber crews, and tell what it showed."""


@trial.command("draw")
@click.option("--areas", metavar="FILE|ID,ID", required=True, help="The pool: equally due areas.")
@click.option("--k", type=int, metavar="N", required=True, help="So many are drawn for each week.")
@click.option("--weeks", type=int, default=1, show_default=True, help="Weeks that are drawn for.")
@click.option("--from", "from_", metavar="D", help="In the first of them [next week].")
@click.option("--seed", type=int, metavar="S", help="[a new one, kept]")
@_FORMAT
@option_db
@click.pass_obj
def draw(
    ctx: Context,
    areas: str,
    k: int,
    weeks: int,
    from_: str | None,
    seed: int | None,
    format_: str,
    db: str | None,
) -> None:
    """Draw, keep the draw with its date, pool and probability, and print who was drawn."""
    with ctx.store(db) as store:
        drawn = flow.effects.draw_trial(
            store, read_ids(areas), k, day("--from", from_), weeks, seed, datetime.now(UTC)
        )
    rows = [(drawn.trial_id, _week(number, drawn), one)
            for number, ids in enumerate(drawn.drawn) for one in ids]  # fmt: skip
    show(pd.DataFrame(rows, columns=["trial_id", "from", "area_id"]), format_, ctx.language)
    words = {"number": drawn.trial_id, "share": f"{drawn.probability:.3g}", "seed": drawn.seed}
    click.echo(say("effects.drawn", ctx.language, **words), err=True)


def _week(number: int, drawn: stores.Trial) -> str:
    from datetime import timedelta

    return (drawn.begins + timedelta(weeks=number)).isoformat()


@trial.command("close")
@click.argument("trial_id", type=int, metavar="ID")
@_FORMAT
@option_db
@click.pass_obj
def close(ctx: Context, trial_id: int, format_: str, db: str | None) -> None:
    """Estimate what being drawn changed, by the draw alone, and keep it."""
    with ctx.store(db) as store:
        outcome = flow.effects.close_trial(store, trial_id, datetime.now(UTC))
    show(pd.DataFrame([outcome]), format_, ctx.language)


@trial.command("list")
@_FORMAT
@option_db
@click.pass_obj
def listed(ctx: Context, format_: str, db: str | None) -> None:
    """Show all trials, the latest first, with what came of those that are closed."""
    with ctx.store(db) as store:
        trials = store.trials.list()
    columns = ["trial_id", "begins", "weeks", "pool", "k", "probability", "seed", "change"]
    rows = [
        (one.trial_id, one.begins.isoformat(), one.weeks, len(one.pool), one.k, one.probability,
         one.seed, (one.outcome or {}).get("change"))
        for one in trials
    ]  # fmt: skip
    show(pd.DataFrame(rows, columns=columns).astype({"change": float}), format_, ctx.language)
