"""The tables of a store, as a new one gets them.

Times are integers, microseconds since 1970-01-01 UTC (docs/decisions/0002-times-are-integers.md).
Geometry is in WGS 84, WKB for this program; on PostgreSQL it is PostGIS's, and reports, cases and
sites have a column ``point`` there that only others read. Columns that a frame of
``geo_service.terms`` names are made from it, so that the two cannot drift apart.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy import Text as AnyText

from geo_service.store.shapes import Shape
from geo_service.terms import FRAMES

VERSION = "27b1e737fccb"
"""What this schema is called: a digest of it, that a test asks to be changed with it."""

CLOSES = "fixed_at IS NOT NULL OR verified_at IS NOT NULL OR closed_at IS NOT NULL"
"""Which reports close something, as an index has it."""

WAITS = "precision IN ('none', 'fallback', 'area')"
"""Which reports have no point of their own and wait to be placed, as an index has it."""

MEMORY = "memory"
"""The part of a run that only the next refresh reads."""

FROZEN = "frozen"
"""The part of a run that says what was called hot when a week closed."""

# Ids are ordered by code point everywhere, whatever a server's own order.
Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_TYPES: dict[str, Any] = {
    "text": Text,
    "time": BigInteger,
    "number": Double,
    "integer": BigInteger,
    "flag": Boolean,
    "geometry": Shape,
}


def _of_frame(name: str, key: str, required: str = "") -> list[Column[Any]]:
    columns = []
    for column in FRAMES[name].columns:
        needed = column.type == "flag" or column.name in required.split()
        columns.append(
            Column(
                column.name,
                _TYPES[column.type],
                primary_key=column.name == key,
                nullable=not (needed or column.name == key),
            )
        )
    return columns


meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text))

kinds = Table("kinds", metadata, *_of_frame("kinds", "kind", "fineness"))

categories = Table(
    "categories",
    metadata,
    *_of_frame("categories", "code"),
    Column("position", Integer, nullable=False),
)

areas = Table(
    "areas",
    metadata,
    *_of_frame("areas", "area_id", "kind geometry"),
    Column("min_lon", Double, nullable=False),
    Column("min_lat", Double, nullable=False),
    Column("max_lon", Double, nullable=False),
    Column("max_lat", Double, nullable=False),
)

ground = Table(
    "ground",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    Column("geometry", Shape, nullable=False),
)

_closing = Index(None, "source")
_waiting = Index(None, "reported_at", "report_id")
reports = Table(
    "reports",
    metadata,
    *_of_frame("reports", "report_id", "category reported_at precision"),
    Column("file", Text),
    Column("places_version", Integer),
    # None of the indexes holds a column that locating or linking writes: on PostgreSQL such a write
    # would touch every index of the row. Reports of a case are found by their place.
    Index(None, "category", "lat", "lon"),
    _closing,
    _waiting,
)


def for_dialect(name: str) -> None:
    """Say what one kind of database does its own way; said at once, each start would load both."""
    _closing.dialect_options[name]["where"] = text(CLOSES)
    _waiting.dialect_options[name]["where"] = text(WAITS)
    if name == "postgresql":
        # Each report is written three times, when it comes, is located and is linked: with room
        # for that on its page no index is touched again, which takes a third of the time.
        reports.dialect_options[name]["with"] = {"fillfactor": 45}


placements = Table(
    "placements",
    metadata,
    Column("report_id", Text, ForeignKey("reports.report_id"), primary_key=True),
    Column("placed_by", Text),
    Column("placed_at", BigInteger, nullable=False),
    Column("given_lon", Double),
    Column("given_lat", Double),
    Column("given_precision", Text, nullable=False),
)

rejects = Table(
    "rejects",
    metadata,
    Column("file", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    *[column for column in _of_frame("rejects", "") if column.name != "file"],
    Index(None, "report_id"),
)

cases = Table(
    "cases",
    metadata,
    *_of_frame("cases", "case_id", "site_id category opened_at"),
    Index(None, "area_id", "opened_at"),
    Index(None, "site_id"),
)

sites = Table(
    "sites",
    metadata,
    *_of_frame("sites", "site_id", "category"),
    Index(None, "category", "lat", "lon"),
)

spells = Table(
    "spells", metadata, *_of_frame("spells", "case_id", "site_id"), Index(None, "area_id")
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("as_of", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False),
    Column("coverage_known", Boolean, nullable=False),
    Column("weeks", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("summary", Text, nullable=False),
)

pending = Table(
    "pending",
    metadata,
    Column("mark", Integer, primary_key=True),
    Column("report_id", Text, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

run_parts = Table(
    "run_parts",
    metadata,
    Column("run_id", Integer, ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("part", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("week", Text, primary_key=True),
    Column("digest", LargeBinary, ForeignKey("blobs.digest"), nullable=False, index=True),
)

crews = Table("crews", metadata, *_of_frame("crews", "crew_id"))

visits = Table(
    "visits",
    metadata,
    *_of_frame("visits", "visit_id", "started_at"),
    Index(None, "started_at"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("assignment_id", Integer, primary_key=True),
    Column("crew_id", Text, ForeignKey("crews.crew_id"), nullable=False),
    Column("area_id", Text, ForeignKey("areas.area_id"), nullable=False),
    Column("date", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text),
    Column("category", Text),
    Column("created_by", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_by", Text),
    Column("changed_at", BigInteger),
    UniqueConstraint("date", "crew_id", "area_id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("crew_id", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("stamp", Integer, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("name", Text, primary_key=True),
    Column("count_", Integer, nullable=False),
    Column("last", BigInteger, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("args", Text, nullable=False),
    Column("actor", Text),
    Column("state", Text, nullable=False, index=True),
    Column("submitted_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("worker", Text),
    Column("heartbeat", BigInteger),
    Column("done", BigInteger),
    Column("total", BigInteger),
    Column("message", Text),
    Column("cancel_asked", Boolean, nullable=False),
    Column("result", Text),
)
