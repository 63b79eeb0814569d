"""Step 3: located reports and closures become cases, sites and spells.

In: REPORTS (located), CLOSURES, the categories' distances and windows, the store's UTM zone and
the as-of moment. Out: CASES, SITES, SPELLS and each report's case and link. Cases are a function
of all facts known, never of the order in which they came. May not enter: a clock, a store.
"""

from geo_service.link.closures import closures_of_rows
from geo_service.link.linking import Linked, link
from geo_service.link.params import LinkParams
from geo_service.link.state import state_of

__all__ = ["LinkParams", "Linked", "closures_of_rows", "link", "state_of"]
