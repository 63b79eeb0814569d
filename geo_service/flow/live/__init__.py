"""One report or event that comes now: checked, linked, kept and answered at once.

In: the fields of one report, or of what somebody did. Out: the case it belongs to. Figures come
with the next refresh, which finds the same cases. All that is decided is decided in one write
transaction of the store.
"""

from geo_service.flow.live.accept import Accepted, accept, place, told
from geo_service.flow.live.act import Acted, act, act_within, say_of, together
from geo_service.flow.live.near import NearSite, SiteIndex, near
from geo_service.flow.live.relink import LINKED, keep_up
