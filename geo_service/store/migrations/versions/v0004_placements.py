"""Reports that people place on the map."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_WAITS = "precision IN ('none', 'fallback', 'area')"


def upgrade() -> None:
    """Do it."""
    on_server = op.get_bind().dialect.name == "postgresql"
    # Ids are ordered by code point everywhere, whatever the database's own order.
    words = sa.Text(collation="C") if on_server else sa.Text()
    op.create_table(
        "placements",
        sa.Column("report_id", words, nullable=False),
        sa.Column("placed_by", words),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("given_lon", sa.Double()),
        sa.Column("given_lat", sa.Double()),
        sa.Column("given_precision", words, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.report_id"], name=op.f("fk_placements_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_placements")),
    )
    op.create_index(
        op.f("ix_reports_reported_at_report_id"),
        "reports",
        ["reported_at", "report_id"],
        unique=False,
        sqlite_where=sa.text(_WAITS),
        postgresql_where=sa.text(_WAITS),
    )
