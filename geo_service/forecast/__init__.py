"""Step 8: what is to be expected of the coming weeks, by the past of this district alone.

In: cases by area × category × week, sites and spells as linked. Out: what is expected, with its
interval, and how well that was said before. May not enter: a clock, a store, a fact of later.
"""

from geo_service.forecast.backtest import AS_SHOWN, Actual, retold, scores
from geo_service.forecast.effects import Expecter, draw, trial_effect
from geo_service.forecast.models import EWMA, ForecastParams
from geo_service.forecast.past import Past
from geo_service.forecast.predict import Forecast, bounds, forecast, learn, learned_at
from geo_service.forecast.ranking import Expected, Ranking, RankingParams, rank_areas
from geo_service.forecast.record import DAYS, Came, lifetime, outcome
from geo_service.forecast.scoring import block_interval, recall
from geo_service.forecast.signals import CaseHistory, ewma, rings_of
from geo_service.forecast.site_features import FEATURES, Surroundings
from geo_service.forecast.site_risk import AreaRisk, RiskParams, area_risk
from geo_service.forecast.site_sums import (
    ClosingRisks,
    closing_risks,
    list_record,
    model_risk,
    remaining,
)
