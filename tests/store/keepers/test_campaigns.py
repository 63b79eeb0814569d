"""Campaigns and trials as they are kept."""

from datetime import UTC, date, datetime

import pytest

from geo_service.store import Campaign, Trial
from geo_service.terms import Conflict, NotFound

NOW = datetime(2026, 6, 29, 1, tzinfo=UTC)
DAYS = date(2026, 5, 4), date(2026, 5, 10)


def test_campaigns_are_kept_and_taken_out(store):
    number = store.campaigns.add("五月", *DAYS, ["B", "A"], "li", NOW)
    store.campaigns.add("later", date(2026, 6, 1), date(2026, 6, 2), ["A"], "li", NOW)
    assert [one.name for one in store.campaigns.list()] == ["later", "五月"]
    assert store.campaigns.list()[1] == Campaign(number, "五月", *DAYS, ("A", "B"))
    store.campaigns.remove(number)
    assert len(store.campaigns.list()) == 1
    with pytest.raises(NotFound):
        store.campaigns.remove(number)


def test_a_trial_is_closed_once_and_what_was_drawn_stays(store):
    drawn = (("A", "C"), ("B", "D"))
    trial = Trial(0, NOW, DAYS[0], 2, ("A", "B", "C", "D"), 2, 2**40, 0.5, drawn, None, None)
    number = store.trials.add(trial)
    kept = store.trials.get(number)
    assert kept == Trial(**{**vars(trial), "trial_id": number})
    store.trials.close(number, {"change": -0.1}, NOW)
    closed = store.trials.get(number)
    assert (closed.drawn, closed.outcome, closed.closed_at) == (drawn, {"change": -0.1}, NOW)
    with pytest.raises(Conflict):
        store.trials.close(number, {}, NOW)
    with pytest.raises(NotFound):
        store.trials.get(number + 1)
    assert [one.trial_id for one in store.trials.list()] == [number]
