"""Step 1: files and calls → REPORTS, REJECTS, AREAS and the tables people keep.

In: a path and what the user says of the file. Out: tables after ``terms.FRAMES``, and for every
row that was not taken the line, the field, the value and the reason. Nothing is kept here; no
store, no clock (``now`` is an argument), no settings.
"""

from geo_service.intake.areas import read_areas
from geo_service.intake.calendar import calendar_check
from geo_service.intake.dates.times import AHEAD, FIRST
from geo_service.intake.guess import look
from geo_service.intake.options import (
    AS_FOUND,
    AreasIn,
    Bounds,
    Found,
    ImportOptions,
    IntakeWarning,
    Layout,
    Progress,
    ReportsIn,
    TableIn,
)
from geo_service.intake.osm import read_osm
from geo_service.intake.photos import PhotoIn, read_photo
from geo_service.intake.presets import described, preset_names
from geo_service.intake.reports import read_reports
from geo_service.intake.rows.history import history_check
from geo_service.intake.rows.status import MEANINGS, status_words
from geo_service.intake.tables import TableName, read_table
from geo_service.intake.units import units_check
from geo_service.intake.visits import read_visits
