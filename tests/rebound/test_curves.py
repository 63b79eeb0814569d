"""How a district's risk spreads over the days."""

import numpy as np
import pandas as pd

from geo_service.measure import Pairs
from geo_service.rebound import ReboundParams, rolling_risk
from tests.rebound.histories import BEGIN, spells

WEEK = pd.Timedelta(days=7)


ENDS = np.array([(BEGIN + WEEK * k).value // 1000 for k in range(1, 40)], dtype=np.int64)


PARAMS = ReboundParams(window_weeks=12)


def test_what_is_not_yet_watched_to_the_end_counts_by_the_districts_curve():
    table = spells(
        {"area_id": "b", "start": 0, "days": 15, "returned": True}, {"start": 14, "days": 200}
    )
    pairs = Pairs.of(["a", "b"], table)
    got = rolling_risk(table, pairs, ENDS, PARAMS).n_eff[0]
    # by day 21 all risk is known to pass on day 15: 7 or 14 days of watching tell nothing of it
    assert got[2:5].tolist() == [0, 0, 1]
