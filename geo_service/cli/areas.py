"""``areas import``, ``from-osm``, ``grid`` and ``retire``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo_service import flow
from geo_service import store as stores
from geo_service.cli.context import Context, option_db
from geo_service.cli.reports import keep_and_tell, option_import_format
from geo_service.terms import say


@click.group()
def areas() -> None:
    """Areas: streets, back alleys, markets and other polygons."""


@areas.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", help="Kind of all areas of the file that name none themselves.")
@click.option("--id-field", help="Property that holds the id.")
@click.option("--name-field", help="Property that holds the name.")
@click.option("--crs", help="wgs84, gcj02, bd09 or an authority code such as EPSG:3435.")
@click.option("--encoding", help="utf-8, gb18030 … where the text's is not found out.")
@click.option("--buffer", type=float, metavar="M", help="Metres to either side of a line.")
@option_import_format
@option_db
@click.pass_obj
def import_(ctx: Context, /, file: Path, format_: str, db: str | None, **given: Any) -> None:  # noqa: ANN401
    """Read polygons: GeoJSON, a list of Features, GeoPackage, Shapefile, KML."""

    def keep(store: stores.Store, record: flow.Record) -> flow.Imported:
        done, repaired = flow.import_areas(store, file, **given, record=record)
        for area_id, why in repaired:
            click.echo(say("cli.repaired", ctx.language, area_id=area_id, why=why), err=True)
        return done

    keep_and_tell(ctx, db, format_, "areas", file, keep, given)


@areas.command("from-osm")
@click.argument("file", type=click.Path(path_type=Path))
@option_import_format
@option_db
@click.pass_obj
def from_osm(ctx: Context, file: Path, format_: str, db: str | None) -> None:
    """Make streets, alleys, markets and plazas of an OpenStreetMap file (.osm.pbf)."""
    keep_and_tell(
        ctx, db, format_, "areas", file, lambda store, record: flow.import_osm(store, file, record)
    )


@areas.command("retire")
@click.argument("area_ids", nargs=-1, required=True, metavar="ID...")
@click.option("--undo", is_flag=True, help="Take them into use again.")
@option_db
@click.pass_obj
def retire(ctx: Context, area_ids: tuple[str, ...], undo: bool, db: str | None) -> None:
    """Take areas out of use: they end now, the next refresh places reports without them."""
    with ctx.store(db) as store:
        count = flow.retire_areas(store, area_ids, now=ctx.now(), undo=undo)
        ctx.note(store, "retired_area", " ".join(area_ids), after={"undo": undo})
    click.echo(say("cli.taken_back" if undo else "cli.retired", ctx.language, count=count))


@areas.command("grid")
@click.option("--cell", type=float, required=True, metavar="M", help="Side of a square, metres.")
@option_db
@click.pass_obj
def grid(ctx: Context, cell: float, db: str | None) -> None:
    """Lay squares over the reports, for a city without polygons."""
    with ctx.store(db) as store:
        made = flow.make_grid(store, cell)
        ctx.note(store, "changed_area", "grid", after={"cell": cell})
    click.echo(
        f"read {made.read} accepted {made.accepted} updated {made.updated} "
        f"unchanged {made.unchanged} rejected 0"
    )
