"""One row of a table that an office keeps, as a form has it: what it leaves empty is emptied."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Table, select, update

from geo_service.store.engine import Keeper
from geo_service.store.schema import areas, categories, crews
from geo_service.store.tables import moment

_TABLES: dict[str, Table] = {"areas": areas, "categories": categories, "crews": crews}


class OneRowKeeper(Keeper):
    """Reads single rows, and empties fields of them."""

    def get(self, table: str, key: str) -> dict[str, Any] | None:
        """Return the fields of a row of `table` but its geometry, times aware; None without one."""
        own = _TABLES[table]
        names = {one.name: one.info["type"] for one in own.columns}
        wanted = [own.c[name] for name, type_ in names.items() if type_ != "geometry"]
        (id_,) = own.primary_key.columns
        with self.reading() as connection:
            row = connection.execute(select(*wanted).where(id_ == key)).mappings().first()
        if row is None:
            return None
        return {k: moment(v) if names[k] == "time" else v for k, v in row.items()}

    def clear(self, table: str, key: str, names: Collection[str]) -> None:
        """Empty fields of a row."""
        own = _TABLES[table]
        (id_,) = own.primary_key.columns
        if names:
            query = update(own).where(id_ == key).values(dict.fromkeys(names))
            with self.transaction() as connection:
                connection.execute(query)
