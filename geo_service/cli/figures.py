"""``rebound`` and ``hotspots``: the stored figures of the last run."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click
import pandas as pd

from geo_service import flow, publish
from geo_service import store as stores
from geo_service.cli.context import Context, day, option_db, option_format
from geo_service.cli.show import show
from geo_service.terms import ALL_CATEGORIES, LEVELS, NotReady, say


def last_run(store: stores.Store, as_of: str | None) -> stores.Run:
    """Return the last run; another as-of than its is an error, never a silent mix."""
    run = store.runs.latest()
    if run is None:
        raise NotReady("errors.no_run")
    asked = day("--as-of", as_of)
    if asked is not None:
        moment = flow.as_of_day(asked, store)
        if moment != run.as_of:
            zone = ZoneInfo(store.district.get().timezone)
            raise NotReady(
                "errors.other_as_of", stored=run.as_of.astimezone(zone).date(), asked=asked
            )
    return run


@click.command()
@click.option("--as-of", metavar="DATE")
@click.option("--category", "categories", multiple=True, metavar="C")
@click.option("--kind", "kinds", multiple=True, metavar="K")
@click.option("--by", type=click.Choice(LEVELS))
@option_format
@option_db
@click.pass_obj
def rebound(
    ctx: Context,
    as_of: str | None,
    categories: tuple[str, ...],
    kinds: tuple[str, ...],
    by: str | None,
    format_: str,
    db: str | None,
) -> None:
    """How likely a fixed problem is back within 7, 30 and 90 days."""
    with ctx.store(db) as store:
        last_run(store, as_of)
        asked = asked_for(store, categories, kinds)
        rates = store.runs.rates()
        areas = store.areas.read()
    table = rates[rates["level"].isin([by] if by else ["district", "category", "kind"])]
    if asked.category:
        table = table[table["category"].isin(asked.category)]
    elif by in ("area", "kind", "subdistrict") or by is None:
        table = table[(table["category"] == "*") | (table["level"] == "category")]
    if asked.kind:
        inside = areas.loc[areas["kind"].isin(asked.kind), "area_id"]
        of_kind = table["level"].eq("area") & table["area_id"].isin(inside)
        table = table[of_kind | (table["level"].eq("kind") & table["key"].isin(asked.kind))]
    if by == "area":
        order = ["enough_data", "p_rebound_30", "closures"]
        table = table.sort_values(order, ascending=False, kind="stable")
    if format_ == "geojson":
        shapes = areas.set_index("area_id")["geometry"]
        table = table.assign(geometry=table["area_id"].map(shapes))
    if format_ == "table":
        table = table[_of_rates(by)]
    show(table.reset_index(drop=True), format_, ctx.language, ids=("level", "key", "category"))
    if format_ == "table":
        _say_what_was_seen(rates, ctx.language)


def _say_what_was_seen(rates: pd.DataFrame, language: str) -> None:
    """Tell on stderr how raw and coverage-adjusted rates differ, where there is a log."""
    whole = rates[(rates["level"] == "district") & rates["observed_days"].notna()]
    for days, events, blind in whole[
        ["observed_days", "observed_rebounds_30", "blind_rebounds"]
    ].itertuples(index=False):
        words = {"days": f"{days:,.0f}", "events": f"{events:,}", "blind": f"{blind:,}"}
        click.echo(say("cli.rebound_observed", language, **words), err=True)


@click.command()
@click.option("--as-of", metavar="DATE")
@click.option("--week", "week", metavar="2026-W20|all")
@click.option("--category", "categories", multiple=True, metavar="C")
@click.option("--kind", "kinds", multiple=True, metavar="K")
@option_format
@option_db
@click.pass_obj
def hotspots(
    ctx: Context,
    as_of: str | None,
    week: str | None,
    categories: tuple[str, ...],
    kinds: tuple[str, ...],
    format_: str,
    db: str | None,
) -> None:
    """Where problems come back, area × category, the worst first; the latest closed week."""
    with ctx.store(db) as store:
        last_run(store, as_of)
        asked = asked_for(store, categories, kinds, week)
        shapes = format_ == "geojson"
        parts = flow.exports.export_parts(store, "hotspots", asked, shapes=shapes)
        # the weeks follow one another, so that each can leave before the next is read
        shown = _SHOWN if format_ == "table" else slice(None)
        ordered = (part.sort_values(_ORDER, kind="stable").loc[:, shown] for part in parts)
        show(ordered, format_, ctx.language, ids=publish.TABLES["hotspots"].ids)
        if format_ == "table":
            for level, told in store.runs.record().items():
                of, came = told.get(ALL_CATEGORIES, (0, 0))
                click.echo(say(f"cli.came_true_{level}", ctx.language, of=of, came=came), err=True)


def _of_rates(by: str | None) -> list[str]:
    """Return the columns that fit on a screen: each figure with what it rests on."""
    if by in ("crew", "unit"):
        compared = ["expected_returns_30", "return_ratio", "return_ratio_low", "return_ratio_high"]
        return ["level", "key", "fixes", "reworks", "returns_30", "p_return_30", *compared]
    first = ["closures", "rebounds_30", "p_rebound_30", "p_rebound_30_low", "p_rebound_30_high"]
    second = ["fixes", "returns_30", "p_return_30", "reworks"]
    if by == "area":
        return ["level", "key", "category", *first, "p_worse", *second]
    apart = ["reports", "duplicates", "cases", "beyond_window", "lapsed"]
    often = ["median_days", "followed_days", "sites", "mean_returns"]
    return ["level", "key", "category", *first, *second, *often, *apart]


_ORDER = ["rank", "category", "area_id"]
_SHOWN = [
    *("rank", "area_id", "name", "kind", "category", "week", "observed", "cases", "rebounds"),
    *("rebound_events_30", "rebound_spells", "p_rebound_30", "p_rebound_30_low"),
    *("p_rebound_30_high", "expected", "q_value", "hot"),
]


def asked_for(
    store: stores.Store,
    categories: tuple[str, ...],
    kinds: tuple[str, ...],
    week: str | None = None,
) -> publish.Filter:
    """Return the filters of the options; kinds and categories exist."""
    asked = publish.Filter.parse(
        {"category": ",".join(categories), "kind": ",".join(kinds), "week": week}
    )
    asked.check(store.words.kinds()["kind"].tolist(), store.words.categories()["code"].tolist())
    return asked
