"""Indexes by which one report finds what is near it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CLOSES = "fixed_at IS NOT NULL OR verified_at IS NOT NULL OR closed_at IS NOT NULL"


def upgrade() -> None:
    """Do it."""
    # None of them holds a column that locating or linking writes: on PostgreSQL such a write
    # would touch every index of the row. Reports of a case are found by their place.
    for table in ("sites", "reports"):
        names = ["category", "lat", "lon"]
        op.create_index(op.f(f"ix_{table}_category_lat_lon"), table, names, unique=False)
    op.create_index(op.f("ix_cases_site_id"), "cases", ["site_id"], unique=False)
    op.create_index(
        op.f("ix_reports_source"),
        "reports",
        ["source"],
        unique=False,
        sqlite_where=text(_CLOSES),
        postgresql_where=text(_CLOSES),
    )
