"""Where things are: from the environment (``GEO_SERVICE_*``) and a TOML file, read when asked.

The environment wins over the file, the file over the defaults. Nothing is read at import.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from geo_service.terms import LANGUAGES, SECOND_FACTOR, USUAL_HOURS, BadUse

CONFIG = "geo_service.toml"
_PREFIX = "GEO_SERVICE_"
_KEY_BYTES = 32
_PATHS = ("photo_folder", "backup_folder", "list_template")
_TOKEN_LENGTH = 16


@dataclass(frozen=True)
class Settings:
    """Where things are, and how the service shows itself."""

    database_url: str
    var: Path
    secret_file: Path
    chain_key_file: Path
    host: str = "127.0.0.1"
    port: int = 8000
    language: str = "zh"
    tile_url: str | None = None
    tile_attribution: str | None = None
    tiles_from: int = 10_000
    upload_bytes: int = 200_000_000
    region: tuple[float, float, float, float] | None = None
    https: bool = False
    metrics_token: str | None = None
    chain_digest: str = "hmac-sha256"
    work_hours: str = USUAL_HOURS
    photo_folder: Path | None = None
    photo_days: int | None = None
    personal_days: int = 90
    backup_folder: Path | None = None
    backup_hours: int = 24
    backup_keep: int = 7
    two_persons: bool = False
    second_factor: str = "offered"
    list_template: Path | None = None
    case_weight: float = 0.1

    @property
    def photos(self) -> Path:
        """The folder of the photos' files."""
        return self.photo_folder or self.var / "photos"

    @property
    def chain_log(self) -> Path:
        """The file beside the chain's key in which each kept event has a line."""
        return self.chain_key_file.with_name(f"{self.chain_key_file.name}.log")


def load_settings(environ: Mapping[str, str], cwd: Path) -> Settings:
    """Read the settings.

    Parameters
    ----------
    environ
        The environment: ``GEO_SERVICE_DB``, ``_VAR``, ``_HOST``, ``_PORT`` (or ``PORT``),
        ``_LANGUAGE``, ``_TILE_URL``, ``_TILE_ATTRIBUTION``, ``_TILES_FROM``, ``_UPLOAD_BYTES``,
        ``_REGION`` (west,south,east,north), ``_HTTPS``, ``_METRICS_TOKEN``, ``_SECRET_FILE``,
        ``_CHAIN_KEY_FILE``, ``_CHAIN_DIGEST``, ``_PHOTO_FOLDER``,
        ``_PHOTO_DAYS``, ``_PERSONAL_DAYS``, ``_BACKUP_FOLDER``, ``_BACKUP_HOURS``,
        ``_BACKUP_KEEP``, ``_SECOND_FACTOR``, ``_TWO_PERSONS``, ``_WORK_HOURS``,
        ``_CASE_WEIGHT`` and ``_LIST_TEMPLATE``;
        ``GEO_SERVICE_CONFIG`` names the file.
    cwd
        The folder that relative paths start from.

    Raises
    ------
    BadUse
        If a value cannot be used, or the file has a name nobody knows.
    """
    values = _from_file(environ, cwd)
    for name in _READERS:
        variable = _PREFIX + name.upper()
        if environ.get(variable):
            values[name] = (variable, environ[variable])
    if environ.get("PORT") and not environ.get(_PREFIX + "PORT"):
        values["port"] = ("PORT", environ["PORT"])

    def get(name: str, default: Any) -> Any:  # noqa: ANN401
        if name not in values:
            return default
        source, value = values[name]
        try:
            return _READERS[name](value)
        except (TypeError, ValueError) as error:
            raise BadUse("settings.bad", name=source, value=value, why=str(error)) from error

    var = cwd / get("var", "var")
    paths = {name: cwd / get(name, "") for name in _PATHS if name in values}
    return Settings(
        database_url=absolute_url(get("db", f"sqlite:///{var / 'geo_service.sqlite'}"), cwd),
        var=var,
        secret_file=cwd / get("secret_file", var / "secret_key"),
        chain_key_file=cwd / get("chain_key_file", var / "chain_key"),
        **{one.name: get(one.name, one.default) for one in fields(Settings)[4:]} | paths,
    )


def chosen_language(environ: Mapping[str, str], cwd: Path) -> str | None:
    """Return the language that the environment or the file names; None where neither does.

    What cannot be read is left to `load_settings` to complain of.
    """
    named = environ.get(_PREFIX + "LANGUAGE")
    if not named:
        try:
            _, named = _from_file(environ, cwd).get("language", ("", None))
        except BadUse:
            return None
    return named if named in LANGUAGES else None


def absolute_url(url: str, cwd: Path) -> str:
    """Return a database address in which a SQLite file's path is absolute.

    >>> absolute_url("sqlite:///./var/x.sqlite", Path("/srv"))
    'sqlite:////srv/var/x.sqlite'
    """
    start = "sqlite:///"
    if not url.startswith(start) or url == start:
        return url
    return start + os.path.normpath(cwd / url.removeprefix(start))


def secret_key(settings: Settings) -> str:
    """Return the key that signs logins; made on the first run, readable by its owner alone."""
    return _key(settings.secret_file)


def chain_key(settings: Settings) -> str:
    """Return the key of the event log's digests; made and kept as that of logins."""
    return _key(settings.chain_key_file)


def _key(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and linked into place: whoever sees the file sees the whole key, and of
        # two processes that begin at once the second link fails, so that both read one key.
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_hex(_KEY_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    key = path.read_text(encoding="ascii").strip()
    if len(key) < _KEY_BYTES:
        raise BadUse("settings.short_key", path=path)
    return key


def _from_file(environ: Mapping[str, str], cwd: Path) -> dict[str, tuple[str, Any]]:
    named = environ.get(_PREFIX + "CONFIG")
    path = cwd / (named or CONFIG)
    if not named and not path.exists():
        return {}
    try:
        with path.open("rb") as stream:
            table = tomllib.load(stream)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadUse("settings.bad_file", path=path, why=str(error)) from error
    for name in table:
        if name not in _READERS:
            known = ", ".join(_READERS)
            raise BadUse("settings.unknown", name=name, path=path, known=known)
    return {name: (f"{path.name}: {name}", value) for name, value in table.items()}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _port(value: object) -> int:
    number = _count(value)
    if number > 65535:
        raise ValueError("0-65535")
    return number


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("0, 1, 2 ...")
    number = int(value)
    if number < 0:
        raise ValueError("0, 1, 2 ...")
    return number


def _at_least_one(value: object) -> int:
    number = _count(value)
    if number == 0:
        raise ValueError("1, 2, 3 ...")
    return number


def _weight(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, float | int | str):
        raise TypeError("0 ... 1")
    if not 0 <= (number := float(value)) <= 1:
        raise ValueError("0 ... 1")
    return number


def _flag(value: object) -> bool:
    if value not in (True, False, "1", "0"):
        raise ValueError("0 | 1")
    return value in (True, "1")


def _token(value: object) -> str:
    text = _text(value)
    if len(text) < _TOKEN_LENGTH:
        raise ValueError(f"{_TOKEN_LENGTH} ...")
    return text


def _language(value: object) -> str:
    if value not in LANGUAGES:
        raise ValueError(" | ".join(LANGUAGES))
    return str(value)


def _second_factor(value: object) -> str:
    if value not in SECOND_FACTOR:
        raise ValueError(" | ".join(SECOND_FACTOR))
    return str(value)


def _hours(value: object) -> str:
    edges = re.split("[-;]", _text(value))
    good = all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", edge) for edge in edges)
    if not good or len(edges) % 2 or edges != sorted(set(edges)):
        raise ValueError(USUAL_HOURS)
    return _text(value)


def _region(value: object) -> tuple[float, float, float, float]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or len(parts) != 4:
        raise ValueError("west,south,east,north")
    west, south, east, north = (float(part) for part in parts)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError("west,south,east,north")
    return west, south, east, north


_READERS: dict[str, Callable[[object], object]] = {
    "db": _text,
    "var": _text,
    "secret_file": _text,
    "host": _text,
    "port": _port,
    "language": _language,
    "tile_url": _text,
    "tile_attribution": _text,
    "tiles_from": _count,
    "upload_bytes": _count,
    "region": _region,
    "https": _flag,
    "two_persons": _flag,
    "second_factor": _second_factor,
    "metrics_token": _token,
    "chain_key_file": _text,
    "chain_digest": _text,
    "photo_folder": _text,
    "photo_days": _at_least_one,
    "personal_days": _at_least_one,
    "backup_folder": _text,
    "backup_hours": _at_least_one,
    "backup_keep": _at_least_one,
    "work_hours": _hours,
    "list_template": _text,
    "case_weight": _weight,
}
