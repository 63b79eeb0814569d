"""Step 3: located reports and closures become cases, sites and spells.

In: REPORTS (located), CLOSURES, the categories' distances and windows, the store's UTM zone and
the as-of moment. Out: CASES, SITES, SPELLS and each report's case and link. Cases are a function
of all facts known, never of the order in which they came. May not enter: a clock, a store.
"""

from geo_service.link.closures import CANCELLED_STATUS, NEVER, closures_of_rows
from geo_service.link.coded import coded_cases, coded_reports, coded_spells, seen_reports
from geo_service.link.comparing import Renewed
from geo_service.link.components import components as components_of
from geo_service.link.histories import Histories, histories
from geo_service.link.keeping import arrays_of, memory_of
from geo_service.link.linking import Linked, link
from geo_service.link.live import (
    Decision,
    Facts,
    LinkTerms,
    Standing,
    after,
    decide,
    facts_of,
    joined,
    replayed,
)
from geo_service.link.memory import Linking, Memory, remember
from geo_service.link.params import DAY, LinkParams
from geo_service.link.renewing import renew
from geo_service.link.rows import OWN_POINT, Rows
from geo_service.link.site_index import Site, SiteIndex
from geo_service.link.state import state_of
from geo_service.link.tables import case_table, link_table, site_table, spell_table

__all__ = [
    "CANCELLED_STATUS",
    "DAY",
    "NEVER",
    "OWN_POINT",
    "Decision",
    "Facts",
    "Histories",
    "LinkParams",
    "LinkTerms",
    "Linked",
    "Linking",
    "Memory",
    "Renewed",
    "Rows",
    "Site",
    "SiteIndex",
    "Standing",
    "after",
    "arrays_of",
    "case_table",
    "closures_of_rows",
    "coded_cases",
    "coded_reports",
    "coded_spells",
    "components_of",
    "decide",
    "facts_of",
    "histories",
    "joined",
    "link",
    "link_table",
    "memory_of",
    "remember",
    "renew",
    "replayed",
    "seen_reports",
    "site_table",
    "spell_table",
    "state_of",
]
