"""Instruments: metres, periods, intervals. Arrays in, arrays out.

Nothing here knows what a report is; no input or output, no clock, no settings.
"""

from geo_service.measure.array_types import AnyInts, Flags, Floats, Ints, Shapes, Shorts
from geo_service.measure.intervals import Risk, benjamini_hochberg, effective_size, risk_interval
from geo_service.measure.order import id_key, id_rank, rule_order
from geo_service.measure.pairs import Pairs, numbers_in
from geo_service.measure.periods import (
    FIRST_DAY,
    LAST_DAY,
    day_of,
    local_midnight,
    microseconds_of,
    moment_at,
    week_edges,
    week_labels,
    week_number,
    week_of,
)
from geo_service.measure.recurrent import mean_returns, watched_sites
from geo_service.measure.shifts import shift_minutes, works_on
from geo_service.measure.shrinkage import pooled, shrink
from geo_service.measure.space import (
    FAR_KM,
    Box,
    box_around,
    geometries_to_degrees,
    geometries_to_metres,
    inner_points,
    km_to_box,
    simplified,
    to_degrees,
    to_metres,
    utm_epsg,
    widened_box,
)
from geo_service.measure.survival import (
    ByLength,
    by_length,
    curves_by_group,
    risks_and_medians,
    risks_by_group,
)
from geo_service.measure.trend import hamed_rao
from geo_service.measure.validity import Validity
