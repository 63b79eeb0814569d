"""The words everything else is said in: tables, categories, kinds, errors, phrases.

In: nothing. Out: constants, small frozen classes, packaged tables. Imports nothing of
geo_service, does no input or output beyond reading its own packaged files.
"""

from geo_service.terms.errors import (
    BadInput,
    BadUse,
    Busy,
    Conflict,
    GeoServiceError,
    NotAllowed,
    NotFound,
    NotReady,
    Refused,
)
from geo_service.terms.frames import FRAMES, Column, Frame
from geo_service.terms.looks import (
    COLOURS,
    HEAT,
    HEAT_TIMES,
    HEAT_WEEKS,
    HORIZON_LAYERS,
    LAYERS,
    SHARES,
    Classes,
    HeatStep,
)
from geo_service.terms.masks import FREE_TEXT, masked, masked_row, masked_texts
from geo_service.terms.patterns import PATTERN_WORDS, PATTERNS
from geo_service.terms.phrases import LANGUAGES, phrase, say
from geo_service.terms.words import (
    ALL_CATEGORIES,
    AT_RISK_DAYS,
    AUDITED,
    CLOCKS,
    CURVE_DAYS,
    DAY_KINDS,
    HOT_LEVELS,
    LEVELS,
    LINKS,
    OBSERVED,
    OPEN,
    PRECISIONS,
    PUBLIC,
    REASONS,
    REJECT_COLUMNS,
    ROLES,
    SCOPES,
    SECOND_FACTOR,
    STATES,
    STEPS,
    UNIT_KINDS,
    UNSPECIFIED,
    USUAL_HOURS,
    ladder,
    packaged_categories,
    packaged_kinds,
)
