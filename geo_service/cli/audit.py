"""``audit``: who signed in, changed rights or words, imported, exported; and the log's head."""

from __future__ import annotations

from datetime import timedelta

import click

from geo_service import store as stores
from geo_service.cli.context import Context, day, option_db
from geo_service.cli.show import show
from geo_service.terms import say


@click.command()
@click.option("--from", "from_", metavar="D", help="The first day.")
@click.option("--to", metavar="D", help="The last day.")
@click.option("--actor", metavar="NAME", help="What one account did.")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table")
@option_db
@click.pass_obj
def audit(
    ctx: Context, from_: str | None, to: str | None, actor: str | None, format_: str, db: str | None
) -> None:
    """Show who did what with the house itself, latest first, and the head of the log of cases."""
    from geo_service.measure import local_midnight

    first, last = day("from", from_), day("to", to)
    with ctx.store(db) as store:
        zone = store.district.get().timezone
        start = local_midnight(first, zone) if first else None
        end = local_midnight(last + timedelta(days=1), zone) if last else None
        entries = store.audit.read(start, end, actor)
        head, count, sealed = store.events.head(), store.events.count(), store.seals.head()
        rows = stores.audit_table(entries, texts=format_ != "json")
    rows["at"] = rows["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    show(rows, format_, ctx.language)
    told = {"head": head or "–", "count": count, "sealed": sealed or "–"}
    click.echo(say("audit.head", ctx.language, **told), err=True)
