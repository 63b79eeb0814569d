"""Presets: how a city's own file becomes reports, as TOML that a user can write too."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from geo_service.intake.options import AS_FOUND, ImportOptions, Layout
from geo_service.intake.readers.files import check_path
from geo_service.intake.rows.status import MEANINGS, Words
from geo_service.terms import PRECISIONS, BadInput, packaged_categories

_TABLES: Final = {
    "columns": None,
    "values": None,
    "times": {"order", "format", "offset", "closed_where"},
    "status": set(MEANINGS),
    "duplicate": {"field", "ends_with", "equals"},
    "precision": {"point"},
    "categories": {"names"},
    "file": {"encoding", "sheet", "header_row"},
}
_TEXTS: Final = {"scheme", "timezone", "crs"}


@dataclass(frozen=True)
class Preset:
    """A city's own file, described; ``chicago-311.toml`` says what each part means."""

    name: str
    scheme: str
    timezone: str | None = None
    crs: str | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    time_format: str | None = None
    month_first: bool | None = None
    ignore_offset: bool = False
    closed_where: tuple[str, ...] = ("*",)
    status: Words = field(default_factory=dict)
    duplicate: tuple[str, tuple[str, ...]] | None = None
    point_precision: str = "point"
    category_names: str | None = None
    layout: Layout = AS_FOUND


def preset_names() -> list[str]:
    """Return the names of the packaged presets.

    >>> "chicago-311" in preset_names()
    True
    """
    names = (path.name for path in files(__package__).iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def load_preset(
    name: str | None, path: Path | None, own: Mapping[str, Mapping[str, Any]] | None = None
) -> Preset | None:
    """Return the preset in the user's file `path`, else the one called `name`, packaged or `own`.

    Raises
    ------
    BadInput
        If there is no such preset, or it says something that cannot be.
    """
    if path is not None:
        check_path(path)
        try:
            return _preset(path.stem, _parse(path.stem, path.read_bytes()))
        except OSError as error:
            raise BadInput("intake.file_missing", file=path.name) from error
    if name is None:
        return None
    return _preset(name, _told(name, own or {}))


def described(options: ImportOptions, name: str) -> dict[str, Any]:
    """Return what the TOML of a preset `name` says that reads files as `options` do.

    Raises
    ------
    BadInput
        If `options` name a preset that is none, or the new one says something that cannot be.
    """
    told = dict(_told(options.preset, options.presets)) if options.preset else {}
    layout = {key: value for key, value in vars(options.layout).items() if value is not None}
    for key, more in (
        ("columns", options.mapping),
        ("file", layout),
        ("times", {"format": options.time_format} if options.time_format else {}),
    ):
        if more:
            told[key] = {**told.get(key, {}), **more}
    if options.crs:
        told["crs"] = options.crs
    _preset(name, told)
    return told


def _told(name: str, own: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    if name in preset_names():
        return _parse(name, files(__package__).joinpath(f"{name}.toml").read_bytes())
    if name not in own:
        known = ", ".join([*preset_names(), *own])
        raise BadInput("intake.no_such_preset", preset=name, known=known)
    return own[name]


def _parse(name: str, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad(name, str(error)) from error


def _preset(name: str, told: Mapping[str, Any]) -> Preset:
    _check(name, told)
    times, status = told.get("times", {}), told.get("status", {})
    return Preset(
        name=name,
        scheme=told.get("scheme", name),
        timezone=told.get("timezone"),
        crs=told.get("crs"),
        columns={
            key: _texts(name, "columns", key, told_)
            for key, told_ in told.get("columns", {}).items()
        },
        values={key: str(value) for key, value in told.get("values", {}).items()},
        time_format=times.get("format"),
        month_first={"month-first": True, "day-first": False}.get(times.get("order", "")),
        ignore_offset=times.get("offset") == "ignore",
        closed_where=_texts(name, "times", "closed_where", times.get("closed_where", ["*"])),
        duplicate=_duplicate(told.get("duplicate", {})),
        status={key: _texts(name, "status", key, words) for key, words in status.items()},
        point_precision=told.get("precision", {}).get("point", "point"),
        category_names=told.get("categories", {}).get("names"),
        layout=_layout(name, told.get("file", {})),
    )


def _layout(name: str, told: Mapping[str, Any]) -> Layout:
    row = told.get("header_row")
    texts = {key: told.get(key) for key in ("encoding", "sheet")}
    words = all(isinstance(text, str | None) for text in texts.values())
    if not words or not isinstance(row, int | None):
        raise _bad(name, "[file]")
    return Layout(**texts, header_row=row)


def _check(name: str, told: Mapping[str, Any]) -> None:
    for key, value in told.items():
        if key in _TEXTS:
            if not isinstance(value, str):
                raise _bad(name, f"{key} = {value!r}")
        elif key not in _TABLES or not isinstance(value, dict):
            raise _bad(name, key)
        else:
            known = _TABLES[key]
            strange = [word for word in value if known is not None and word not in known]
            if strange:
                raise _bad(name, f"[{key}] {strange[0]}")
    if told.get("times", {}).get("order", "day-first") not in {"month-first", "day-first"}:
        raise _bad(name, "[times] order")
    if told.get("times", {}).get("offset", "ignore") != "ignore":
        raise _bad(name, "[times] offset")
    if told.get("precision", {}).get("point", "point") not in PRECISIONS:
        raise _bad(name, "[precision] point")
    names = told.get("categories", {}).get("names")
    if names is not None and names not in set(packaged_categories()["scheme"]):
        raise _bad(name, "[categories] names")


def _duplicate(told: Mapping[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    """Return the field whose words mark duplicates, and these; a star stands for anything."""
    words = [str(told["equals"])] if "equals" in told else []
    words += [f"*{told['ends_with']}"] if "ends_with" in told else []
    return (str(told.get("field", "status")), tuple(words)) if words else None


def _texts(preset: str, table: str, key: str, value: object) -> tuple[str, ...]:
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise _bad(preset, f"[{table}] {key}")
    return tuple(texts)


def _bad(name: str, why: str) -> BadInput:
    return BadInput("intake.bad_preset", preset=name, why=why)
