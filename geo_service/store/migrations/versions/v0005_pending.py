"""Which reports the next refresh has to look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Do it; what the last run saw is not known, so that the next one looks at everything."""
    on_server = op.get_bind().dialect.name == "postgresql"
    # Ids are ordered by code point everywhere, whatever the database's own order.
    words = sa.Text(collation="C") if on_server else sa.Text()
    op.create_table(
        "pending",
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("report_id", words, nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_pending")),
    )
