"""Step 6: spells become rates: how likely, and how surely, a problem returns.

In: SPELLS, the areas' kinds and subdistricts. Out: RATES, one row a group; and for each area ×
category pair and week the 30-day probability over the 52 weeks before. May not enter: a clock.
"""

from geo_service.rebound.excess import excess
from geo_service.rebound.params import ReboundParams
from geo_service.rebound.rates import rates
from geo_service.rebound.returning import area_curves
from geo_service.rebound.returns import Histories
from geo_service.rebound.rolling import risk_classes, rolling_risk, shrunk_risk
