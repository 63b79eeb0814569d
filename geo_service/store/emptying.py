"""A store is emptied of a district: of all that lies in it but people and words."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from geo_service.store import schema
from geo_service.store.keepers.areas import raise_version
from geo_service.store.keepers.district import forget
from geo_service.store.keepers.visits import raise_visits_version
from geo_service.store.runs import forget_runs
from geo_service.store.schema import metadata

_LEFT = {
    *(schema.accounts, schema.categories, schema.kinds, schema.meta),
    *(schema.audit, schema.sessions, schema.sign_in_failures, schema.tokens),
    *(schema.runs, schema.run_parts, schema.blobs),
}


def empty(connection: Connection) -> None:
    """Take out every row but of `_LEFT`, the district's own values, and what was made of them."""
    for table in reversed(metadata.sorted_tables):
        if table not in _LEFT:
            connection.execute(delete(table))
    forget_runs(connection)
    forget(connection)
    raise_version(connection)
    raise_visits_version(connection)
