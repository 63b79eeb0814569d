"""What Alembic runs, inside the transaction that `open_store` holds."""

from __future__ import annotations

from alembic import context


def migrate() -> None:
    """Walk the steps."""
    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()


# Alembic loads this file under a name of its own; imported as a module there is no context.
if not __name__.startswith("geo_service"):
    migrate()
