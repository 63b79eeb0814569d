"""Step 3: located reports and what people did become cases, sites and spells.

In: REPORTS (located), EVENTS, the categories' distances and windows, the store's UTM zone and
the as-of moment. Out: CASES, SITES, SPELLS and each report's case and link. Cases are a function
of all facts known, never of the order in which they came. May not enter: a clock, a store.

``reports``, ``events`` and ``categories`` are these tables, ``rows`` the reports as arrays in the
rule's order, ``words`` and ``names`` what the numbers ``code`` mean, ``linking`` or ``params`` what
turns the rule, ``memory`` what linking found, ``which`` some of its rows, cases or spells,
``epsg`` the store's UTM zone, ``as_of`` and ``end`` the first moment not seen. Arrays have the
shape (n,); times in them are microseconds since 1970, distances metres; -1 and :data:`NEVER` mean
nothing.
"""

from geo_service.link.arrays import (
    ALWAYS,
    CASE,
    EVENT,
    KINDS,
    MINUTE,
    NEVER,
    NO_LINK,
    REBOUND,
    REPORT,
    REWORK,
    Ints,
    Records,
    records,
)
from geo_service.link.compare import Renewed, compare
from geo_service.link.facts import ELSEWHERE, TAKERS, Facts, facts_of, stands, taken_back
from geo_service.link.memory import (
    CANCELLED,
    FIXED,
    LAPSED,
    OPEN,
    STATES,
    VERIFIED,
    Linking,
    Memory,
    link_rows,
    remember,
    state_at,
)
from geo_service.link.params import DAY, LinkParams
from geo_service.link.rows import (
    OWN_POINT,
    Ids,
    Rows,
    Words,
    renewed_rows,
    rows_of,
    texts_of,
)
from geo_service.link.tables import (
    Linked,
    case_table,
    link,
    link_table,
    links_of,
    named,
    site_table,
    spell_table,
    times,
    words_of,
)
from geo_service.link.walk import REACH_SLACK_M, Cases, apply_rule
