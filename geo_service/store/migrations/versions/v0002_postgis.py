"""What only PostgreSQL has: text by code point, PostGIS geometry, points with an index."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SHAPES = ("areas", "ground")
_POINTS = ("reports", "cases", "sites")
_TEXTS = {
    "accounts": "name role password_hash crew_id",
    "areas": "area_id name aliases kind subdistrict_id accountable_unit",
    "assignments": "crew_id area_id date state note category created_by changed_by",
    "cases": "case_id site_id category area_id state parent_case_id link",
    "categories": "scheme code parent name_zh name_en group clock skill unit",
    "crews": "crew_id name leader phone skills vehicle shift_start shift_end weekdays kind",
    "ground": "name kind",
    "jobs": "kind args actor state worker message result",
    "kinds": "kind name_zh name_en",
    "meta": "key value",
    "rejects": "file report_id field value reason row",
    "reports": "report_id source category precision address area_name subdistrict description"
    " status area_id subdistrict_id case_id link file",
    "run_parts": "part name category week",
    "runs": "weeks params summary",
    "sign_in_failures": "name",
    "sites": "site_id category",
    "spells": "case_id site_id category area_id next_case_id next_link",
}


def upgrade() -> None:
    """Do it; a SQLite store only takes the number."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, names in _TEXTS.items():
        # Ids are ordered by code point everywhere, whatever the database's own order.
        changes = [f'ALTER COLUMN "{name}" TYPE text COLLATE "C"' for name in names.split()]
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")
    for table in _SHAPES:
        op.execute(
            f"ALTER TABLE {table} ALTER COLUMN geometry TYPE geometry(Geometry, 4326)"
            " USING ST_SetSRID(ST_GeomFromWKB(geometry), 4326)"
        )
        op.execute(f"CREATE INDEX ix_{table}_geometry ON {table} USING gist (geometry)")
    # Each report is written three times, when it comes, is located and is linked: with room for
    # that on its page no index is touched again, which takes a third of the time.
    op.execute("ALTER TABLE reports SET (fillfactor = 45)")
    for table in _POINTS:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN point geometry(Point, 4326)"
            " GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED"
        )
        op.execute(f"CREATE INDEX ix_{table}_point ON {table} USING gist (point)")
