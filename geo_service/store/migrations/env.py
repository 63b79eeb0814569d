"""What Alembic runs: the steps, on the connection that ``open_store`` holds."""

from __future__ import annotations

from alembic import context

from geo_service.store.schema import metadata


def migrate() -> None:
    """Walk the steps inside the caller's transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
    )
    context.run_migrations()


# Alembic loads this file under a name of its own; imported as a module there is no context.
if not __name__.startswith("geo_service"):
    migrate()
