"""All tables of a new store, as `schema.py` describes them, and what is PostGIS's own."""

from __future__ import annotations

from alembic import op

from geo_service.store.schema import VERSION, metadata

revision = VERSION
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Do it."""
    connection = op.get_bind()
    metadata.create_all(connection, checkfirst=False)
    if connection.dialect.name != "postgresql":
        return
    for table in ("areas", "ground", "visits"):
        op.execute(f"CREATE INDEX ix_{table}_geometry ON {table} USING gist (geometry)")
    for table in ("reports", "cases", "sites"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN point geometry(Point, 4326)"
            " GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED"
        )
        op.execute(f"CREATE INDEX ix_{table}_point ON {table} USING gist (point)")
