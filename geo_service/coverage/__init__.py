"""Step 5: who looked where → OBSERVED, the days on which each area was watched.

In: VISITS, and for visits that are tracks the areas in which their points lie; the district's
zone. Out: :class:`Watch`, area × day; :class:`Observed`, the same by week; spells cut into the
pieces in which somebody could have seen a return, and RATES from them beside the raw ones.

What public channels observe, they observe everywhere and each day; which categories these are, an
office says. Of all others a day counts for an area where a log that exists apart from the finds
covers that area and day. A report proves that somebody was there, but adds no day. Before the
first visit of the log nobody knows: each day counts, and is called unknown.
"""

from geo_service.coverage.adjusted import adjusted_rates
from geo_service.coverage.observed import Observed, observed_weeks, public_categories
from geo_service.coverage.params import CoverageParams
from geo_service.coverage.pieces import Pieces, observed_pieces
from geo_service.coverage.tracks import track_points
from geo_service.coverage.watch import Watch, watch
