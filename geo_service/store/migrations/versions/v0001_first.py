"""The first shape of the store."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "accounts",
        Column("name", Text(), nullable=False),
        Column("role", Text(), nullable=False),
        Column("password_hash", Text(), nullable=False),
        Column("crew_id", Text(), nullable=True),
        Column("created_at", BigInteger(), nullable=False),
        Column("disabled", Boolean(), nullable=False),
        Column("demo", Boolean(), nullable=False),
        Column("stamp", Integer(), nullable=False),
        PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    op.create_table(
        "areas",
        Column("area_id", Text(), nullable=False),
        Column("name", Text(), nullable=True),
        Column("aliases", Text(), nullable=True),
        Column("kind", Text(), nullable=False),
        Column("subdistrict_id", Text(), nullable=True),
        Column("accountable_unit", Text(), nullable=True),
        Column("length_m", Double(), nullable=True),
        Column("area_m2", Double(), nullable=True),
        Column("valid_from", BigInteger(), nullable=True),
        Column("valid_to", BigInteger(), nullable=True),
        Column("geometry", LargeBinary(), nullable=False),
        Column("min_lon", Double(), nullable=False),
        Column("min_lat", Double(), nullable=False),
        Column("max_lon", Double(), nullable=False),
        Column("max_lat", Double(), nullable=False),
        PrimaryKeyConstraint("area_id", name=op.f("pk_areas")),
    )
    op.create_table(
        "blobs",
        Column("digest", LargeBinary(), nullable=False),
        Column("data", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("digest", name=op.f("pk_blobs")),
    )
    op.create_table(
        "cases",
        Column("case_id", Text(), nullable=False),
        Column("site_id", Text(), nullable=False),
        Column("category", Text(), nullable=False),
        Column("area_id", Text(), nullable=True),
        Column("lon", Double(), nullable=True),
        Column("lat", Double(), nullable=True),
        Column("opened_at", BigInteger(), nullable=False),
        Column("fixed_at", BigInteger(), nullable=True),
        Column("verified_at", BigInteger(), nullable=True),
        Column("unverified", Boolean(), nullable=False),
        Column("due_at", BigInteger(), nullable=True),
        Column("state", Text(), nullable=True),
        Column("episode", BigInteger(), nullable=True),
        Column("parent_case_id", Text(), nullable=True),
        Column("link", Text(), nullable=True),
        Column("gap_days", Double(), nullable=True),
        Column("beyond_window", Boolean(), nullable=False),
        Column("reports", BigInteger(), nullable=True),
        Column("reworks", BigInteger(), nullable=True),
        Column("lapsed", Boolean(), nullable=False),
        PrimaryKeyConstraint("case_id", name=op.f("pk_cases")),
    )
    op.create_index(
        op.f("ix_cases_area_id_opened_at"), "cases", ["area_id", "opened_at"], unique=False
    )
    op.create_table(
        "categories",
        Column("scheme", Text(), nullable=True),
        Column("code", Text(), nullable=False),
        Column("parent", Text(), nullable=True),
        Column("name_zh", Text(), nullable=True),
        Column("name_en", Text(), nullable=True),
        Column("group", Text(), nullable=True),
        Column("limit", Double(), nullable=True),
        Column("clock", Text(), nullable=True),
        Column("link_distance_m", Double(), nullable=True),
        Column("duplicate_days", Double(), nullable=True),
        Column("rebound_days", Double(), nullable=True),
        Column("service_minutes", Double(), nullable=True),
        Column("skill", Text(), nullable=True),
        Column("unit", Text(), nullable=True),
        Column("position", Integer(), nullable=False),
        PrimaryKeyConstraint("code", name=op.f("pk_categories")),
    )
    op.create_table(
        "crews",
        Column("crew_id", Text(), nullable=False),
        Column("name", Text(), nullable=True),
        Column("leader", Text(), nullable=True),
        Column("phone", Text(), nullable=True),
        Column("skills", Text(), nullable=True),
        Column("vehicle", Text(), nullable=True),
        Column("capacity_minutes", Double(), nullable=True),
        Column("depot_lon", Double(), nullable=True),
        Column("depot_lat", Double(), nullable=True),
        Column("shift_start", Text(), nullable=True),
        Column("shift_end", Text(), nullable=True),
        Column("weekdays", Text(), nullable=True),
        Column("kind", Text(), nullable=True),
        PrimaryKeyConstraint("crew_id", name=op.f("pk_crews")),
    )
    op.create_table(
        "ground",
        Column("position", Integer(), autoincrement=False, nullable=False),
        Column("name", Text(), nullable=True),
        Column("kind", Text(), nullable=False),
        Column("geometry", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("position", name=op.f("pk_ground")),
    )
    op.create_table(
        "jobs",
        Column("job_id", Integer(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("args", Text(), nullable=False),
        Column("actor", Text(), nullable=True),
        Column("state", Text(), nullable=False),
        Column("submitted_at", BigInteger(), nullable=False),
        Column("started_at", BigInteger(), nullable=True),
        Column("finished_at", BigInteger(), nullable=True),
        Column("worker", Text(), nullable=True),
        Column("heartbeat", BigInteger(), nullable=True),
        Column("done", BigInteger(), nullable=True),
        Column("total", BigInteger(), nullable=True),
        Column("message", Text(), nullable=True),
        Column("cancel_asked", Boolean(), nullable=False),
        Column("result", Text(), nullable=True),
        PrimaryKeyConstraint("job_id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], unique=False)
    op.create_table(
        "kinds",
        Column("kind", Text(), nullable=False),
        Column("name_zh", Text(), nullable=True),
        Column("name_en", Text(), nullable=True),
        Column("fineness", BigInteger(), nullable=False),
        Column("locates", Boolean(), nullable=False),
        PrimaryKeyConstraint("kind", name=op.f("pk_kinds")),
    )
    op.create_table(
        "meta",
        Column("key", Text(), nullable=False),
        Column("value", Text(), nullable=True),
        PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "rejects",
        Column("file", Text(), nullable=False),
        Column("position", Integer(), autoincrement=False, nullable=False),
        Column("line", BigInteger(), nullable=True),
        Column("report_id", Text(), nullable=True),
        Column("field", Text(), nullable=True),
        Column("value", Text(), nullable=True),
        Column("reason", Text(), nullable=True),
        Column("row", Text(), nullable=True),
        PrimaryKeyConstraint("file", "position", name=op.f("pk_rejects")),
    )
    op.create_index(op.f("ix_rejects_report_id"), "rejects", ["report_id"], unique=False)
    op.create_table(
        "reports",
        Column("report_id", Text(), nullable=False),
        Column("source", Text(), nullable=True),
        Column("category", Text(), nullable=False),
        Column("reported_at", BigInteger(), nullable=False),
        Column("received_at", BigInteger(), nullable=True),
        Column("lon", Double(), nullable=True),
        Column("lat", Double(), nullable=True),
        Column("precision", Text(), nullable=False),
        Column("address", Text(), nullable=True),
        Column("area_name", Text(), nullable=True),
        Column("subdistrict", Text(), nullable=True),
        Column("description", Text(), nullable=True),
        Column("status", Text(), nullable=True),
        Column("fixed_at", BigInteger(), nullable=True),
        Column("verified_at", BigInteger(), nullable=True),
        Column("closed_at", BigInteger(), nullable=True),
        Column("is_duplicate", Boolean(), nullable=False),
        Column("area_id", Text(), nullable=True),
        Column("subdistrict_id", Text(), nullable=True),
        Column("distance_m", Double(), nullable=True),
        Column("case_id", Text(), nullable=True),
        Column("link", Text(), nullable=True),
        Column("file", Text(), nullable=True),
        Column("places_version", Integer(), nullable=True),
        PrimaryKeyConstraint("report_id", name=op.f("pk_reports")),
    )
    op.create_table(
        "runs",
        Column("run_id", Integer(), autoincrement=False, nullable=False),
        Column("as_of", BigInteger(), nullable=False),
        Column("finished_at", BigInteger(), nullable=False),
        Column("coverage_known", Boolean(), nullable=False),
        Column("weeks", Text(), nullable=False),
        Column("params", Text(), nullable=False),
        Column("summary", Text(), nullable=False),
        PrimaryKeyConstraint("run_id", name=op.f("pk_runs")),
    )
    op.create_table(
        "sign_in_failures",
        Column("name", Text(), nullable=False),
        Column("count_", Integer(), nullable=False),
        Column("last", BigInteger(), nullable=False),
        PrimaryKeyConstraint("name", name=op.f("pk_sign_in_failures")),
    )
    op.create_table(
        "sites",
        Column("site_id", Text(), nullable=False),
        Column("category", Text(), nullable=False),
        Column("lon", Double(), nullable=True),
        Column("lat", Double(), nullable=True),
        Column("episodes", BigInteger(), nullable=True),
        PrimaryKeyConstraint("site_id", name=op.f("pk_sites")),
    )
    op.create_table(
        "spells",
        Column("case_id", Text(), nullable=False),
        Column("site_id", Text(), nullable=False),
        Column("category", Text(), nullable=True),
        Column("area_id", Text(), nullable=True),
        Column("episode", BigInteger(), nullable=True),
        Column("started_at", BigInteger(), nullable=True),
        Column("ended_at", BigInteger(), nullable=True),
        Column("returned", Boolean(), nullable=False),
        Column("next_case_id", Text(), nullable=True),
        Column("next_link", Text(), nullable=True),
        Column("unverified", Boolean(), nullable=False),
        PrimaryKeyConstraint("case_id", name=op.f("pk_spells")),
    )
    op.create_index(op.f("ix_spells_area_id"), "spells", ["area_id"], unique=False)
    op.create_table(
        "assignments",
        Column("assignment_id", Integer(), nullable=False),
        Column("crew_id", Text(), nullable=False),
        Column("area_id", Text(), nullable=False),
        Column("date", Text(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("note", Text(), nullable=True),
        Column("category", Text(), nullable=True),
        Column("created_by", Text(), nullable=True),
        Column("created_at", BigInteger(), nullable=False),
        Column("changed_by", Text(), nullable=True),
        Column("changed_at", BigInteger(), nullable=True),
        ForeignKeyConstraint(["area_id"], ["areas.area_id"], name=op.f("fk_assignments_area_id")),
        ForeignKeyConstraint(["crew_id"], ["crews.crew_id"], name=op.f("fk_assignments_crew_id")),
        PrimaryKeyConstraint("assignment_id", name=op.f("pk_assignments")),
        UniqueConstraint(
            "date", "crew_id", "area_id", name=op.f("uq_assignments_date_crew_id_area_id")
        ),
    )
    op.create_table(
        "run_parts",
        Column("run_id", Integer(), nullable=False),
        Column("part", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("category", Text(), nullable=False),
        Column("week", Text(), nullable=False),
        Column("digest", LargeBinary(), nullable=False),
        ForeignKeyConstraint(["digest"], ["blobs.digest"], name=op.f("fk_run_parts_digest")),
        ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name=op.f("fk_run_parts_run_id"), ondelete="CASCADE"
        ),
        PrimaryKeyConstraint(
            "run_id", "part", "name", "category", "week", name=op.f("pk_run_parts")
        ),
    )
    op.create_index(op.f("ix_run_parts_digest"), "run_parts", ["digest"], unique=False)
