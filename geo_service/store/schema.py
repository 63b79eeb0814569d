"""The tables of a store, as a new one gets them.

Times are integers, microseconds since 1970-01-01 UTC (docs/decisions/0002-times-are-integers.md).
Geometry is in WGS 84, WKB for this program; on PostgreSQL it is PostGIS's, and reports, cases and
sites have a column ``point`` there that only others read. Columns that a frame of
``geo_service.terms`` names are made from it, so that the two cannot drift apart.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKeyConstraint, Index, MetaData, Table

from geo_service.store.shapes import Shape
from geo_service.terms import FRAMES

VERSION = "2d8f2551ea9b"
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
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_TYPES: dict[str, Any] = {
    "text": _TEXT,
    "time": sa.BigInteger,
    "number": sa.Double,
    "integer": sa.BigInteger,
    "flag": sa.Boolean,
    "geometry": Shape,
    "bytes": sa.LargeBinary,
    "counter": sa.Integer,
    "serial": sa.Integer,
}


def _columns(spec: str, key: str, needed: str = "") -> list[sa.Column[Any]]:
    """Read ``name:type`` words; the type is text where none is given.

    `key` and `needed` name the columns of the key and those that are never empty; a flag never is.
    """
    columns = []
    for word in spec.split():
        name, type_ = word.split(":") if ":" in word else (word, "text")
        is_key = name in key.split()
        columns.append(
            sa.Column(
                name,
                _TYPES[type_],
                primary_key=is_key,
                nullable=not (is_key or type_ == "flag" or name in needed.split()),
                autoincrement=type_ == "serial",
                info={"type": "integer" if type_ in {"counter", "serial"} else type_},
            )
        )
    return columns


def _of_frame(name: str, key: str, needed: str = "") -> list[sa.Column[Any]]:
    spec = " ".join(f"{column.name}:{column.type}" for column in FRAMES[name].columns)
    return _columns(spec, key, needed)


meta = Table("meta", metadata, *_columns("key value", "key"))

kinds = Table("kinds", metadata, *_of_frame("kinds", "kind", "fineness"))

categories = Table(
    "categories",
    metadata,
    *_of_frame("categories", "code"),
    *_columns("position:counter", "", "position"),
)

_BOX = "min_lon:number min_lat:number max_lon:number max_lat:number"
areas = Table(
    "areas",
    metadata,
    *_of_frame("areas", "area_id", "kind geometry"),
    *_columns(_BOX, "", "min_lon min_lat max_lon max_lat"),
)

ground = Table(
    "ground",
    metadata,
    *_columns("position:counter name kind geometry:geometry", "position", "kind geometry"),
)

# Who reported it stands in a table of its own, which no export and no list of reports reads.
PERSONAL = {"reporter_name", "reporter_phone"}
reports = Table(
    "reports",
    metadata,
    *[
        column
        for column in _of_frame("reports", "report_id", "category reported_at precision")
        if column.name not in PERSONAL
    ],
    *_columns("file places_version:counter received_by", ""),
    # None of the indexes holds a column that locating or linking writes: on PostgreSQL such a write
    # would touch every index of the row. Reports of a case are found by their place.
    Index(None, "category", "lat", "lon"),
    _closing := Index(None, "source"),
    _waiting := Index(None, "reported_at", "report_id"),
)


def for_dialect(name: str) -> None:
    """Say what one kind of database does its own way; said at once, each start would load both."""
    _closing.dialect_options[name]["where"] = sa.text(CLOSES)
    _waiting.dialect_options[name]["where"] = sa.text(WAITS)
    if name == "postgresql":
        # Each report is written three times, when it comes, is located and is linked: with room
        # for that on its page no index is touched again, which takes a third of the time.
        reports.dialect_options[name]["with"] = {"fillfactor": 45}


reporters = Table(
    "reporters",
    metadata,
    *_columns(
        "report_id reporter_name reporter_phone received_at:time import_id:counter",
        "report_id",
        "received_at",
    ),
    ForeignKeyConstraint(["report_id"], ["reports.report_id"], ondelete="CASCADE"),
    Index(None, "received_at"),
)

placements = Table(
    "placements",
    metadata,
    *_columns(
        "report_id placed_by placed_at:time given_lon:number given_lat:number given_precision"
        " given_category",
        "report_id",
        "placed_at",
    ),
    ForeignKeyConstraint(["report_id"], ["reports.report_id"]),
)

events = Table(
    "events",
    metadata,
    *_of_frame("events", "event_id", "case_id kind at received_at actor digest"),
    # The order in which they came, the head over all up to there, digests of what can be erased.
    *_columns("number:counter running note_digest person_digest", "", "number running"),
    sa.UniqueConstraint("number"),
    sa.UniqueConstraint("actor", "idempotency_key"),
)

event_reports = Table(
    "event_reports",
    metadata,
    *_columns("report_id number:counter", "report_id number"),
    ForeignKeyConstraint(["number"], ["events.number"]),
)

event_photos = Table(
    "event_photos",
    metadata,
    *_columns("photo_id number:counter", "photo_id number"),
    ForeignKeyConstraint(["number"], ["events.number"]),
    Index(None, "number"),
)

# One row for each who sent it; its id is the digest of the file that is kept.
photos = Table(
    "photos",
    metadata,
    *_columns(
        "photo_id actor received_at:time came screen thumb taken_at:time lon:number lat:number"
        " idempotency_key erased_at:time seal",
        "photo_id actor",
        "received_at came screen thumb",
    ),
    sa.UniqueConstraint("actor", "idempotency_key"),
)

rejects = Table(
    "rejects",
    metadata,
    *_columns("file position:counter", "file position"),
    *[column for column in _of_frame("rejects", "") if column.name != "file"],
    Index(None, "report_id"),
)

imports = Table(
    "imports",
    metadata,
    *_columns(
        "import_id:serial kind file actor at:time state read:integer accepted:integer"
        " updated:integer unchanged:integer rejected:integer told",
        "import_id",
        "kind file at state told",
    ),
)

import_parts = Table(
    "import_parts",
    metadata,
    *_columns("part:serial import_id:counter waits:flag data:bytes", "part", "import_id data"),
    ForeignKeyConstraint(["import_id"], ["imports.import_id"]),
    Index(None, "import_id"),
)

cases = Table(
    "cases",
    metadata,
    *_of_frame("cases", "case_id", "site_id category opened_at"),
    Index(None, "area_id", "opened_at"),
    Index(None, "state", "opened_at", "case_id"),
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
    *_columns(
        "run_id:counter as_of:time finished_at:time coverage_known:flag weeks params summary",
        "run_id",
        "as_of finished_at weeks params summary",
    ),
)

pending = Table("pending", metadata, *_columns("mark:serial report_id", "mark", "report_id"))

blobs = Table("blobs", metadata, *_columns("digest:bytes data:bytes", "digest", "data"))

run_parts = Table(
    "run_parts",
    metadata,
    *_columns(
        "run_id:counter part name category week digest:bytes",
        "run_id part name category week",
        "digest",
    ),
    ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["digest"], ["blobs.digest"]),
    Index(None, "digest"),
)

crews = Table("crews", metadata, *_of_frame("crews", "crew_id"))

units = Table("units", metadata, *_of_frame("units", "unit_id"))

unit_exceptions = Table(
    "unit_exceptions",
    metadata,
    *_columns(
        "event_id category area_id unit_id case_id decided_by decided_at:time",
        "event_id",
        "category area_id unit_id case_id decided_by decided_at",
    ),
)

calendar = Table("calendar", metadata, *_of_frame("calendar", "date", "kind"))

_CAMPAIGN = "campaign_id:serial name begins ends area_ids made_by made_at:time"
campaigns = Table("campaigns", metadata, *_columns(_CAMPAIGN, "campaign_id"))

_TRIAL = "trial_id:serial drawn_at:time said closed_at:time outcome"
trials = Table("trials", metadata, *_columns(_TRIAL, "trial_id", "drawn_at said"))

visits = Table(
    "visits", metadata, *_of_frame("visits", "visit_id", "started_at"), Index(None, "started_at")
)

assignments = Table(
    "assignments",
    metadata,
    *_columns(
        "assignment_id:serial crew_id area_id date stop_order:integer state note version:counter"
        " category locked:flag forced:flag created_by created_at:time changed_by changed_at:time",
        "assignment_id",
        "crew_id date stop_order state version created_at",
    ),
    ForeignKeyConstraint(["crew_id"], ["crews.crew_id"]),
    ForeignKeyConstraint(["area_id"], ["areas.area_id"]),
    Index(None, "date", "crew_id"),
)

# An assignment names the reports that opened its cases; whatever case holds one is meant.
assignment_reports = Table(
    "assignment_reports",
    metadata,
    *_columns("report_id assignment_id:counter", "report_id assignment_id"),
    ForeignKeyConstraint(["assignment_id"], ["assignments.assignment_id"]),
    ForeignKeyConstraint(["report_id"], ["reports.report_id"]),
    Index(None, "assignment_id"),
)

accounts = Table(
    "accounts",
    metadata,
    *_columns(
        "name role password_hash crew_id unit_id created_at:time disabled:flag demo:flag"
        " second_secret second_step:counter",
        "name",
        "role password_hash created_at",
    ),
)

sessions = Table(
    "sessions",
    metadata,
    *_columns(
        "session_id name begun:time seen:time ended:time address",
        "session_id",
        "name begun seen address",
    ),
    ForeignKeyConstraint(["name"], ["accounts.name"]),
    Index(None, "name"),
)

tokens = Table(
    "tokens",
    metadata,
    *_columns(
        "token_id name scope role unit_id created_at:time expires_at:time revoked_at:time",
        "token_id",
        "name scope role created_at",
    ),
    sa.UniqueConstraint("name"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    *_columns("name address count_:counter last:time", "name address", "count_ last"),
)

audit = Table(
    "audit",
    metadata,
    *_columns(
        "number:serial at:time actor action subject address before after",
        "number",
        "at actor action subject address before after",
    ),
    Index(None, "at"),
)

# What was said when a week closed; what came of it is the one thing that is added later.
seals = Table(
    "seals",
    metadata,
    *_columns(
        "number:serial week kind sealed_at:time as_of:time late before digest statement:bytes"
        " outcome",
        "number",
        "week kind sealed_at as_of late before digest statement",
    ),
    sa.UniqueConstraint("week", "kind"),
)

jobs = Table(
    "jobs",
    metadata,
    *_columns(
        "job_id:serial kind args actor state submitted_at:time started_at:time finished_at:time"
        " worker heartbeat:time done:integer total:integer message cancel_asked:flag result",
        "job_id",
        "kind args state submitted_at",
    ),
    Index(None, "state"),
)
