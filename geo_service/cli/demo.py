"""``demo``: the schematic district, its people, its figures."""

from __future__ import annotations

import json
import os
import secrets
from datetime import date
from pathlib import Path

import click

from geo_service import demo as demos
from geo_service import flow
from geo_service import store as stores
from geo_service.cli.context import Context, day, option_db, progress
from geo_service.people import one_time_password
from geo_service.terms import say


@click.command()
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--as-of", metavar="D", help="End on the last Sunday before D.")
@click.option("--if-missing", is_flag=True, help="Do nothing where the store holds reports.")
@option_db
@click.pass_obj
def demo(ctx: Context, seed: int, as_of: str | None, if_missing: bool, db: str | None) -> None:
    """Build the schematic Qilihe district with planted rebounds, people and crews."""
    settings = ctx.settings(db)
    end: date = day("--as-of", as_of) or demos.END
    kept, url = settings.var / "demo_passwords.json", settings.database_url
    with ctx.store(db, renew_demo=True) as store:
        district = store.district.get()
        # a district with a name was begun, though its files may not have come yet
        if if_missing and (store.reports.count() or district.name_zh):
            if district.demo and store.runs.latest() is not None:
                _print_passwords(ctx, _read(kept).get(url, {}))
                return
            if not district.demo:
                return
        with progress(ctx) as tell:
            tell("demo", 0, None)
            made_up = demos.demo_district(seed, end)
            names = made_up.people["name"].astype(str)
            passwords = {name: one_time_password(secrets.choice) for name in names}
            made = flow.load_demo(store, made_up, passwords, now=ctx.now(), tell=tell)
            flow.refresh(store, now=ctx.now(), tell=tell)
            chain, files = stores.Chain.of(settings), stores.PhotoFiles(settings.photos)
            tell("work", 0, None)
            if flow.work_demo(store, made_up, chain, files, now=ctx.now()):
                flow.refresh(store, now=ctx.now(), tell=tell)
    if made:
        new = {name: passwords[name] for name in made}
        known = _read(kept)
        _keep(kept, known | {url: known.get(url, {}) | new})
        _print_passwords(ctx, new)
    click.echo(say("cli.demo_ready", ctx.language), err=True)


def _print_passwords(ctx: Context, passwords: dict[str, str]) -> None:
    if not passwords:
        return
    click.echo(say("cli.demo_people", ctx.language), err=True)
    for name, password in passwords.items():
        click.echo(f"{name}\t{password}")


def _read(path: Path) -> dict[str, dict[str, str]]:
    """Return the passwords kept, by store and account."""
    if not path.exists():
        return {}
    return json.loads(path.read_text("utf-8"))


def _keep(path: Path, passwords: dict[str, dict[str, str]]) -> None:
    """Keep the demo's passwords, readable by their owner alone, to be shown at the next start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(passwords, stream, ensure_ascii=False, indent=1)
