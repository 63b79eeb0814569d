"""Step 7: counts and rolling rates become HOTSPOTS, week by week, and layers for the map.

In: REPORTS and CASES by area × category × week, the rolling 30-day risk. Out: HOTSPOTS rows, one
table a week; arrays for the map; cases per 100 m cell. May not enter: a clock, a store.
"""

from geo_service.hotspots.counts import Counts, weekly_counts
from geo_service.hotspots.density import density_cells, weekly_cells
from geo_service.hotspots.gi_star import gi_star, significant, star_weights
from geo_service.hotspots.labels import Grounds, came_true, hot_labels
from geo_service.hotspots.params import HotspotParams
from geo_service.hotspots.patterns import PatternParams, Patterns, classify, patterns
from geo_service.hotspots.reasons import rank_of, reasons
from geo_service.hotspots.rows import Shares, Weekly, weekly_rows
from geo_service.hotspots.verdict import Verdict, inside, verdict
from geo_service.hotspots.words import WordParams, slope, words
from geo_service.hotspots.zones import zones
