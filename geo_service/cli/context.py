"""What commands are given: where the store is, the clock, the reader's language, progress."""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from geo_service import store as stores
from geo_service.settings import Settings, absolute_url, chosen_language, load_settings
from geo_service.terms import BadUse, say


def language_of(environ: Mapping[str, str]) -> str:
    """Return the reader's language, ``zh`` or ``en``: the settings', else the terminal's."""
    chosen = chosen_language(environ, Path.cwd())
    if chosen is not None:
        return chosen
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


@dataclass
class Context:
    """What every command shares."""

    environ: Mapping[str, str]
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _language: str | None = field(default=None, init=False, repr=False)

    @property
    def language(self) -> str:
        """The reader's language."""
        if self._language is None:
            self._language = language_of(self.environ)
        return self._language

    def settings(self, url: str | None = None) -> Settings:
        """Return the settings, the database `url` going before what they name."""
        settings = load_settings(self.environ, Path.cwd())
        if url:
            from dataclasses import replace

            settings = replace(settings, database_url=absolute_url(url, Path.cwd()))
        return settings

    @contextmanager
    def store(
        self, url: str | None, patience: float = 60.0, *, renew_demo: bool = False
    ) -> Iterator[stores.Store]:
        """Open the store for one command; a short write of another is waited for."""
        settings = self.settings(url)
        store = stores.open_store(
            settings.database_url, busy_seconds=patience, renew_demo=renew_demo
        )
        store.calendar.hours = settings.work_hours
        store.runs.case_weight = settings.case_weight
        try:
            yield store
        finally:
            store.close()

    def note(
        self,
        store: stores.Store,
        action: str,
        subject: str = "",
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down what was done with the house itself."""
        actor = f"cli:{user() or '?'}"
        store.audit.add(action, actor=actor, at=self.now(), subject=subject, after=after)

    def keep_compiled(self) -> None:
        """Keep what numba compiles under ``var`` where the package's folder can't be written."""
        if not os.access(Path(__file__).parent, os.W_OK):
            kept = load_settings(self.environ, Path.cwd()).var / "compiled"
            os.environ.setdefault("NUMBA_CACHE_DIR", str(kept))

    def tell(self) -> Progress:
        """Return what shows progress on stderr."""
        return Progress(self.language)


class Progress:
    """A line on stderr that says which step is at work and how far it is."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._shown = ""
        self._last = 0.0
        self._live = sys.stderr.isatty()

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Say it; a terminal sees the line change, a log sees each step once."""
        name = say(f"pipeline.step_{step}", self._language)
        if not self._live:
            if name != self._shown:
                click.echo(f"{name} …", err=True)
                self._shown = name
            return
        finished = total is not None and done >= total
        if name == self._shown and not finished and time.monotonic() - self._last < 0.1:
            return
        bar = ""
        if total:
            filled = round(24 * min(done / total, 1))
            bar = f" [{'█' * filled}{'·' * (24 - filled)}] {done:,}/{total:,}"
        lead = "\r" if name == self._shown or not self._shown else "\n"
        click.echo(f"{lead}{name}{bar} ", nl=False, err=True)
        self._shown, self._last = name, time.monotonic()

    def end(self) -> None:
        """Leave the line."""
        if self._live and self._shown:
            click.echo("", err=True)


@contextmanager
def progress(ctx: Context) -> Iterator[Progress]:
    """Show progress until the block is left."""
    tell = ctx.tell()
    try:
        yield tell
    finally:
        tell.end()


def option_db(command: Any) -> Any:  # noqa: ANN401 (a click decorator)
    """Add ``--db URL``."""
    return click.option("--db", "db", metavar="URL", help="The store [GEO_SERVICE_DB].")(command)


def option_format(command: Any) -> Any:  # noqa: ANN401 (a click decorator)
    """Add ``--format``."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(["table", "csv", "json", "geojson"]),
        default="table",
        show_default=True,
    )(command)


def pairs(name: str, values: tuple[str, ...]) -> dict[str, str]:
    """Read repeated ``key=value`` options."""
    out = {}
    for value in values:
        key, equals, right = value.partition("=")
        if not equals or not key or not right:
            raise BadUse("cli.not_a_pair", name=name, value=value)
        out[key.strip()] = right.strip()
    return out


def day(name: str, text: str | None) -> date | None:
    """Read a day option."""
    if text is None:
        return None
    from geo_service.measure import day_of

    try:
        return day_of(text)
    except ValueError:
        raise BadUse("cli.bad_date", name=name, value=text) from None


def point(name: str, text: str) -> tuple[float, float]:
    """Read a point option, ``LON,LAT``."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise BadUse("cli.bad_point", name=name, value=text) from None
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise BadUse("cli.bad_point", name=name, value=text)
    return lon, lat


def user() -> str | None:
    """Return who runs the command; None where the system has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None
