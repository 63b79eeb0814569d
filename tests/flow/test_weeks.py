"""Which weeks of the last run stand."""

from contextlib import closing
from types import SimpleNamespace

import numpy as np
import pytest

from geo_service.flow import refresh, weeks
from geo_service.flow.last_run import About
from geo_service.flow.locating import Settled
from geo_service.flow.weeks import ahead, weeks_that_hold
from geo_service.store import open_store
from geo_service.terms import HORIZON_LAYERS, NotReady
from tests.flow.city import NOW, ROWS, fill, row

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


def test_what_is_computed_ahead_comes_in_order_and_its_errors_too():
    def items():
        yield 1
        yield 2
        raise NotReady("errors.no_run")

    coming = ahead(items())
    assert [next(coming), next(coming)] == [1, 2]
    with pytest.raises(NotReady):
        next(coming)
    assert list(ahead(iter(()))) == []


def test_figures_do_not_depend_on_how_many_weeks_are_computed_at_once(
    opened, tmp_path, monkeypatch
):
    told = []
    for cells, least in ((weeks._CELLS, weeks._LEAST_WEEKS), (1, 3)):
        monkeypatch.setattr(weeks, "_CELLS", cells)
        monkeypatch.setattr(weeks, "_LEAST_WEEKS", least)
        store = opened()
        fill(store, tmp_path, [*ROWS, row("8", "2026-06-20 08:00")])
        refresh(store, now=NOW)
        told.append(store.fingerprint())
    assert len(store.runs.latest().weeks) > 3 * 3
    assert told[0] == told[1]


def test_no_class_of_the_map_holds_more_than_three_areas_of_five(demo_file):
    with closing(open_store(f"sqlite:///{demo_file}", create=False)) as store:
        run = store.runs.latest()
        for week in run.weeks[-52::13] + run.weeks[-1:]:
            for category in ("*", "D01"):
                for layer in HORIZON_LAYERS.values():
                    found = store.runs.values(f"{layer}_class", category, week, run.run_id)
                    known = found[found != np.iinfo(found.dtype).max]
                    assert len(known) > 200
                    most = 0.6 if layer == "rebound" else 0.66  # 65 % of 90 days
                    assert np.bincount(known).max() <= most * len(known), (week, category)
                    rebound = store.runs.values(layer, category, week, run.run_id)
                    assert ((found < 4) == (rebound <= 1000)).all()
