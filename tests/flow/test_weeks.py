"""Which weeks of the last run stand."""

from types import SimpleNamespace

import numpy as np
import pytest

from geo_service.flow.last_run import About
from geo_service.flow.locating import Settled
from geo_service.flow.weeks import weeks_that_hold

EDGES = np.array([0, 10, 20, 30, 40])
ABOUT = About("key", 3, ["*", "D01"], Settled(1, crowded=False))


@pytest.mark.parametrize(
    ("since", "stand"),
    [
        (10, 1),  # a fact at the very end of a week is the next one's
        (9, 0),  # one inside the first week leaves none
        (99, 3),  # the run that was had three weeks, this one has four
    ],
)
def test_weeks_that_had_ended_before_the_first_new_fact_stand(since, stand):
    earlier = SimpleNamespace(about=ABOUT, run=SimpleNamespace(weeks=["w1", "w2", "w3"]))
    assert weeks_that_hold(earlier, ABOUT, SimpleNamespace(since=since), EDGES) == stand


def test_no_week_stands_where_another_report_is_first_or_all_was_linked_anew():
    earlier = SimpleNamespace(about=ABOUT, run=SimpleNamespace(weeks=["w1", "w2", "w3"]))
    other = About("key", 2, ABOUT.categories, ABOUT.settled)
    assert weeks_that_hold(earlier, other, SimpleNamespace(since=99), EDGES) == 0
    assert weeks_that_hold(earlier, ABOUT, None, EDGES) == 0
