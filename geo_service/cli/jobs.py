"""``jobs work``: the worker that the web starts for long work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click
import pandas as pd

from geo_service import flow
from geo_service import store as stores
from geo_service.cli.context import Context, option_db
from geo_service.cli.show import show
from geo_service.terms import say


@click.group()
def jobs() -> None:
    """Long work that the pages have asked for."""


@jobs.command("work")
@option_db
@click.pass_obj
def work(ctx: Context, db: str | None) -> None:
    """Do what waits, one job after another, and end."""
    # the last word of a job must not be lost to a long import
    with ctx.store(db, patience=300.0) as store:
        flow.jobs.work(store, handlers(ctx), ctx.now)


@jobs.command("list")
@option_db
@click.pass_obj
def list_(ctx: Context, db: str | None) -> None:
    """Show the last jobs and how they ended."""
    with ctx.store(db) as store:
        rows = [
            {"job": job.job_id, "kind": job.kind, "state": job.state, "message": job.message}
            for job in store.jobs.latest(20)
        ]
    show(pd.DataFrame(rows, columns=["job", "kind", "state", "message"]), "table", ctx.language)


def handlers(ctx: Context) -> dict[str, flow.jobs.Handler]:
    """Return who does a job of which kind."""

    def telling(progress: flow.jobs.Progress) -> flow.Tell:
        def tell(step: str, done: int, total: int | None) -> None:
            progress(done, total, say(f"pipeline.step_{step}", ctx.language))

        return tell

    def refresh(
        store: stores.Store, args: Mapping[str, Any], progress: flow.jobs.Progress
    ) -> Mapping[str, Any]:
        day = args.get("as_of")
        moment = flow.as_of_day(date.fromisoformat(day), store) if day else None
        run_id = flow.refresh(store, now=ctx.now(), as_of=moment, tell=telling(progress))
        return {"run_id": run_id}

    def import_(
        store: stores.Store, args: Mapping[str, Any], progress: flow.jobs.Progress
    ) -> Mapping[str, Any]:
        path, name, table = Path(args["path"]), str(args["name"]), str(args["table"])
        how = {key: args[key] for key in flow.HOW.get(table, ()) if args.get(key)}
        now, noted = ctx.now(), args.get("import_id")
        keep = partial(
            flow.import_handed,
            *(store, path, table, how),
            now=now,
            name=name,
            region=ctx.settings().region,
            tell=telling(progress),
        )
        try:
            done = flow.recorded(store, table, name, keep, now=now, options=how, import_id=noted)
        finally:
            path.unlink(missing_ok=True)
        return {name: getattr(done, name) for name in flow.COUNTS}

    return {"refresh": refresh, "import": import_}
