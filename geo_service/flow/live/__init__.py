"""One report that comes now: checked, placed, linked, kept and answered at once.

In: the fields of one report. Out: the case it belongs to. Figures come with the next refresh,
which finds the same cases. All that is decided is decided in one write transaction of the store.
"""

from geo_service.flow.live.accepting import Accepted, accept, told
from geo_service.flow.live.keeping_up import keep_up
from geo_service.flow.live.nearby import NearSite, near, site_index
from geo_service.flow.live.placing import place
from geo_service.flow.live.relinking import relink

__all__ = [
    "Accepted",
    "NearSite",
    "accept",
    "keep_up",
    "near",
    "place",
    "relink",
    "site_index",
    "told",
]
