"""``reports import`` and ``reports rejects``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from geo_service import flow, intake
from geo_service import store as stores
from geo_service.cli.context import Context, option_db, pairs, point, progress, user
from geo_service.cli.rejects import write_rejects
from geo_service.cli.show import show
from geo_service.terms import say

option_import_format = click.option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table"
)


def option_layout(command: Any) -> Any:  # noqa: ANN401 (a click decorator)
    """Add ``--header-row``, ``--sheet`` and ``--encoding``."""
    for option in (
        click.option("--encoding", help="utf-8, gb18030 … where the text's is not found out."),
        click.option(
            "--sheet", metavar="S", help="A workbook's sheet: its name, or number from 1."
        ),
        click.option("--header-row", type=int, metavar="N", help="Line that names the columns."),
    ):
        command = option(command)
    return command


@click.group()
def reports() -> None:
    """Import reports and list what was rejected."""


@reports.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--preset", help="A packaged way to read a city's file.")
@click.option("--preset-file", type=click.Path(path_type=Path), help="A preset of your own.")
@click.option("--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Once per field.")
@click.option("--set", "values", multiple=True, metavar="FIELD=VALUE", help="For every row.")
@click.option("--no-header", is_flag=True, help="The first line is a row; columns are numbers.")
@option_layout
@click.option("--crs", help="wgs84, gcj02, bd09 or an authority code such as EPSG:3435.")
@click.option("--timezone", help="Zone of times without an offset.")
@click.option("--time-format", help="A strptime format, where detection must not decide.")
@click.option("--source", help="Who the reports come from, where no column says so.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; keep nothing.")
@option_import_format
@option_db
@click.pass_obj
def import_(
    ctx: Context,
    /,
    files: tuple[Path, ...],
    mapping: tuple[str, ...],
    values: tuple[str, ...],
    no_header: bool,
    header_row: int | None,
    sheet: str | None,
    encoding: str | None,
    dry_run: bool,
    format_: str,
    db: str | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Read files of reports; importing twice changes nothing."""
    begun = time.monotonic()
    options = intake.ImportOptions(
        mapping=pairs("--map", mapping),
        set_values=pairs("--set", values),
        header=not no_header,
        layout=intake.Layout(encoding, sheet, header_row),
        region=ctx.settings(db).region,
        **given,
    )
    with ctx.store(db) as store:
        done = []
        for path in files:
            with progress(ctx) as tell:
                read = partial(flow.import_reports, store, path, options, now=ctx.now(), tell=tell)
                if dry_run:
                    done.append(read(dry_run=True))
                else:
                    told_of = {"map": options.mapping, "set": options.set_values}
                    how = said(ctx, told_of | vars(options.layout) | given)
                    done.append(flow.recorded(store, "reports", path.name, read, **how))
                    ctx.note(store, "imported", path.name, after={"table": "reports"})
    told(done, format_, ctx.language, time.monotonic() - begun)


def said(ctx: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of how and when a file was asked for."""
    return {"now": ctx.now(), "options": {name: value for name, value in given.items() if value}}


def keep_and_tell(
    ctx: Context,
    db: str | None,
    format_: str,
    kind: str,
    file: Path,
    keep: Callable[[stores.Store, flow.Record], flow.Imported],
    given: Mapping[str, Any] | None = None,
) -> None:
    """Let `keep` import a file of a table as `given` says, and say what it did."""
    begun = time.monotonic()
    with ctx.store(db) as store:
        done = flow.recorded(store, kind, file.name, partial(keep, store), **said(ctx, given or {}))
        ctx.note(store, "imported", file.name, after={"table": kind})
    told([done], format_, ctx.language, time.monotonic() - begun)


def told(done: list[flow.Imported], format_: str, language: str, seconds: float) -> None:
    """Say what imports did, all together."""
    counts = {name: sum(getattr(one, name) for one in done) for name in flow.COUNTS}
    reasons: dict[str, int] = {}
    for one in done:
        for reason, count in one.rejected_by_reason.items():
            reasons[reason] = reasons.get(reason, 0) + count
    warnings = [warning for one in done for warning in one.warnings]
    if format_ == "json":
        shown = {
            **counts,
            "rejected_by_reason": {reason.split(".")[-1]: n for reason, n in reasons.items()},
            "warnings": [
                {"key": w.key.split(".")[-1], "count": w.count, "example": w.example}
                for w in warnings
            ],
            "seconds": round(seconds, 3),
        }
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for warning in warnings:
        click.echo(
            say(warning.key, language, count=warning.count, example=warning.example), err=True
        )
    click.echo(" ".join(f"{name} {count}" for name, count in counts.items()))
    for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"  {count}  {say(reason, language)}")


@reports.command("rejects")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table")
@option_db
@click.pass_obj
def rejects(ctx: Context, format_: str, db: str | None) -> None:
    """List the rejected rows: file, line, field, value, reason."""
    with ctx.store(db) as store:
        found = store.rejects.read()
    if format_ != "table":
        sys.stdout.reconfigure(newline="")  # type: ignore[union-attr]
        write_rejects(found, sys.stdout, format_, language=ctx.language)
        return
    for row in found:
        reason = say(str(row["reason"]), ctx.language)
        cells = [row[name] for name in ("file", "line", "field", "value")]
        shown = ["" if cell is None else str(cell) for cell in cells]
        click.echo("\t".join([*shown, reason]))


@reports.command("places")
@click.option("--real", multiple=True, metavar="LON,LAT", help="It is a place after all.")
@click.option("--fallback", multiple=True, metavar="LON,LAT", help="It is no place.")
@click.option("--forget", multiple=True, metavar="LON,LAT", help="Take back what was said of it.")
@click.option("--by", help="Who says so; by default who runs the command.")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@option_db
@click.pass_obj
def places(
    ctx: Context, /, by: str | None, format_: str, as_json: bool, db: str | None, **told: tuple[str]
) -> None:
    """List points that are no places, or may be none; keep what a person says of them."""
    asked = [
        (state, text, point(f"--{state}", text)) for state, texts in told.items() for text in texts
    ]
    with ctx.store(db) as store:
        for state, text, (lon, lat) in asked:
            said = None if state == "forget" else state
            flow.decide_point(store, lon, lat, said, by=by or user(), now=ctx.now())
            what = say(f"cli.decided_{state}", ctx.language)
            click.echo(say("cli.decided", ctx.language, point=text, what=what), err=True)
        show(flow.judged_points(store), "json" if as_json else format_, ctx.language)
