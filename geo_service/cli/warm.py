"""``warm``: what is compiled is compiled now, and kept."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from geo_service.cli.context import Context, progress
from geo_service.terms import say


@click.command()
@click.pass_obj
def warm(ctx: Context) -> None:
    """Compile what refreshes call, and keep it: the first is then as quick as others."""
    from geo_service.flow import warm as flow_warm

    with TemporaryDirectory() as folder, progress(ctx) as tell:
        made = flow_warm.warm(Path(folder), tell=tell)
    click.echo(say("cli.warmed", ctx.language, count=made))
