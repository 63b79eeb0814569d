"""The group of all commands, and what every command shares."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from geo_service import __version__
from geo_service.cli.context import Context, language_of
from geo_service.terms import BadUse, GeoServiceError, say

EXIT_FAILED, EXIT_BAD_USE = 1, 2


class _Commands(click.Group):
    """Loads a subject's file when its command is called: each start reads only what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return sorted(_WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _WHERE:
            return None
        from importlib import import_module

        return getattr(import_module(f"geo_service.cli.{_WHERE[cmd_name]}"), cmd_name)


_WHERE = {
    "areas": "areas",
    "audit": "audit",
    "calendar": "words",
    "backtest": "forecast",
    "backup": "backup",
    "categories": "words",
    "coverage": "coverage",
    "check": "check",
    "copy": "copy",
    "crews": "words",
    "demo": "demo",
    "effect": "effect",
    "events": "events",
    "export": "export",
    "forecast": "forecast",
    "hotspots": "figures",
    "housekeeping": "backup",
    "imports": "imports",
    "jobs": "jobs",
    "kinds": "words",
    "rebound": "figures",
    "refresh": "refresh",
    "reports": "reports",
    "restore": "backup",
    "serve": "serve",
    "token": "token",
    "trial": "effect",
    "units": "words",
    "user": "user",
    "visits": "visits",
    "warm": "warm",
}
"""Which file a command is in; there it is called as on the command line."""


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Where street problems come back, how sure that is, and who goes there next."""
    ctx.obj = Context(environ=dict(os.environ))
    ctx.obj.keep_compiled()


def main(args: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    language = language_of(os.environ)
    try:
        cli.main(args=args, prog_name="geo-service", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(EXIT_FAILED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # the reader has seen enough; closing stdout quietly keeps the interpreter from complaining
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
    except GeoServiceError as error:
        click.echo(error.say(language), err=True)
        sys.exit(EXIT_BAD_USE if isinstance(error, BadUse) else EXIT_FAILED)
    except OSError as error:
        where, why = error.filename2 or error.filename or "", error.strerror or str(error)
        click.echo(say("cli.system", language, path=where, why=why), err=True)
        sys.exit(EXIT_FAILED)
