"""Who looked where."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Do it."""
    on_server = op.get_bind().dialect.name == "postgresql"
    # Ids are ordered by code point everywhere, whatever the database's own order.
    words = sa.Text(collation="C") if on_server else sa.Text()
    op.create_table(
        "visits",
        sa.Column("visit_id", words, nullable=False),
        sa.Column("person", words),
        sa.Column("area_id", words),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("minutes", sa.Double()),
        sa.Column("kind", words),
        *([] if on_server else [sa.Column("geometry", sa.LargeBinary())]),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visits")),
    )
    if on_server:
        op.execute("ALTER TABLE visits ADD COLUMN geometry geometry(Geometry, 4326)")
        op.execute("CREATE INDEX ix_visits_geometry ON visits USING gist (geometry)")
    op.create_index(op.f("ix_visits_started_at"), "visits", ["started_at"], unique=False)
