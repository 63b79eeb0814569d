"""Step 2: reports get their area and subdistrict.

In: REPORTS and AREAS (WGS 84), the kinds' order of fineness, the store's UTM zone. Out: LOCATED
(`report_id area_id subdistrict_id distance_m precision`), one row a report; the points on which
a source puts what it could not place; the subdistrict of each area; square cells over reports.
``epsg`` is the code of that zone, ``params`` what turns a function, None for its defaults.
Of time only which areas there were when a report came. May not enter: categories, a store.
"""

from geo_service.locate.by_name import place_by_name
from geo_service.locate.cells import grid_cells
from geo_service.locate.fallback import mark_known, on_busy_point, on_points, settle_fallbacks
from geo_service.locate.grid.locator import Locator, locate_points
from geo_service.locate.grid.place import LocateParams, Place
from geo_service.locate.grid.placer import Placed, Placer
from geo_service.locate.judged import FALLBACK, REAL, SUSPECT, judge, may_be_crowded
from geo_service.locate.located import locate
from geo_service.locate.overlaps import same_ground
from geo_service.locate.subdistricts import subdistrict_of_areas
