"""One number for all that a store knows: equal stores have equal ones."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, func, select

from geo_service.store import schema
from geo_service.store.schema import metadata, run_parts, runs
from geo_service.store.tables import ROWS
from geo_service.store.week_rows import FORECAST

# Who signs in, what waits, what was said before it came, by which file a row came, how often
# figures were computed and what is remembered only to be quicker the next time are no contents; of
# the runs only what the last one says counts, but of a forecast, which was made when its week began
# and stays as it was whatever was learned since.
_LEFT_OUT = {
    *(
        schema.accounts,
        schema.audit,
        schema.blobs,
        schema.imports,
        schema.import_parts,
        schema.jobs,
        schema.seals,
    ),
    *(schema.pending, run_parts, runs, schema.sessions, schema.sign_in_failures, schema.tokens),
}


def fingerprint(connection: Connection) -> str:
    """Return a hash over all tables, rows by their keys."""
    digest = hashlib.blake2b(digest_size=16)
    queries = [
        select(*[one for one in table.columns if one.name != "import_id"]).order_by(
            *table.primary_key.columns
        )
        for table in metadata.sorted_tables
        if table not in _LEFT_OUT
    ]
    last = select(func.max(runs.c.run_id)).scalar_subquery()
    of_last = [runs.c.as_of, runs.c.coverage_known, runs.c.weeks, runs.c.summary]
    key = [run_parts.c.part, run_parts.c.name, run_parts.c.category, run_parts.c.week]
    queries.append(select(*of_last).where(runs.c.run_id == last))
    queries.append(
        select(*key, run_parts.c.digest)
        .where(run_parts.c.run_id == last, run_parts.c.part.not_in([schema.MEMORY, schema.FROZEN]))
        .where(run_parts.c.name != FORECAST)
        .order_by(*key)
    )
    for query in queries:
        digest.update(repr([column.name for column in query.selected_columns]).encode())
        # A server sends its rows as they are asked for, not all at once.
        found = connection.execute(query, execution_options={"stream_results": True})
        for rows in found.partitions(ROWS):
            digest.update(repr([tuple(row) for row in rows]).encode())
    return digest.hexdigest()
