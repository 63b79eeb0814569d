"""Which categories public channels observe."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Do it."""
    on_server = op.get_bind().dialect.name == "postgresql"
    words = sa.Text(collation="C") if on_server else sa.Text()
    op.add_column("categories", sa.Column("observed_by", words))
