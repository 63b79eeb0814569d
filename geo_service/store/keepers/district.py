"""The district itself: its zone, its name, its day; a few values by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, inspect, select

from geo_service.store.engine import Keeper
from geo_service.store.schema import meta
from geo_service.terms import Conflict

_PREFIX = "district."


@dataclass(frozen=True)
class District:
    """What holds for the whole store."""

    timezone: str = "Asia/Shanghai"
    timezone_fixed: bool = False
    utm_epsg: int | None = None
    name_zh: str | None = None
    name_en: str | None = None
    demo: bool = False
    demo_seed: int | None = None
    today: datetime | None = None
    region: tuple[float, float, float, float] | None = None
    fallbacks: tuple[tuple[float, float, str], ...] = ()
    suspects: tuple[tuple[float, float], ...] = ()
    decided: tuple[tuple[float, float, str, str | None, str], ...] = ()
    """Points of which a person says what they are: (lon, lat, what, who, when in ISO 8601)."""
    words: tuple[tuple[str, str, str, str | None, str], ...] = ()
    """What words of files mean: (field, word, meaning, who said so, when in ISO 8601)."""
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The district's own presets: name → `told` (what their TOML says), `by`, `at`."""


class DistrictKeeper(Keeper):
    """Keeps the district."""

    def get(self) -> District:
        """Return the district; what was never set has its default."""
        with self.reading() as connection:
            rows = connection.execute(select(meta).where(meta.c.key.startswith(_PREFIX))).all()
        values = {key.removeprefix(_PREFIX): json.loads(value) for key, value in rows}
        if values.get("today"):
            values["today"] = datetime.fromisoformat(values["today"])
        if values.get("region"):
            values["region"] = tuple(values["region"])
        for name in ("fallbacks", "suspects", "decided", "words"):
            if values.get(name):
                values[name] = tuple(tuple(point) for point in values[name])
        return District(**values)

    def set(self, **values: object) -> District:
        """Change the fields named; returns the district as it is then.

        Raises
        ------
        Conflict
            If the zone is fixed and another is given.
        """
        with self.transaction() as connection:
            before = self.get()
            after = replace(before, **values)  # type: ignore[arg-type]
            if before.timezone_fixed and after.timezone != before.timezone:
                raise Conflict("store.timezone_fixed", stored=before.timezone, asked=after.timezone)
            stored = asdict(after)
            for name in {one.name for one in fields(District)} & set(values):
                value = stored[name]
                put(
                    connection,
                    _PREFIX + name,
                    value.isoformat() if isinstance(value, datetime) else value,
                )
        return after


def put(connection: Connection, key: str, value: object) -> None:
    """Set one value of the table ``meta``."""
    connection.execute(delete(meta).where(meta.c.key == key))
    connection.execute(insert(meta).values(key=key, value=json.dumps(value, ensure_ascii=False)))


def take(connection: Connection, key: str, default: object = None) -> Any:  # noqa: ANN401
    """Return one value of the table ``meta``."""
    value = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return default if value is None else json.loads(value)


def forget(connection: Connection) -> None:
    """Forget all that was set of the district."""
    connection.execute(delete(meta).where(meta.c.key.startswith(_PREFIX)))


def is_demo(connection: Connection) -> bool:
    """Tell whether a store of whatever version holds the demo and nothing real."""
    return inspect(connection).has_table(meta.name) and bool(take(connection, _PREFIX + "demo"))
