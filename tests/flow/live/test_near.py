"""What is near is told before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service import flow
from geo_service.flow.live.near import SiteIndex, Sites
from geo_service.store import Came, open_store
from geo_service.terms import BadInput
from tests.flow.city import ALLEY, MARKET
from tests.flow.live.sending import NOW
from tests.link.sides import EPSG

EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


@pytest.fixture
def index(done):
    made = SiteIndex(done)
    made.load()
    return made


def now(index, store):
    return index.now(store.changes.mark())


def loaded(index):
    index._loader.join()


def holds_what_the_store_does(index, store):
    sites = now(index, store)
    for category in ("D01", "D02", "D03"):
        stored = sorted(store.live.sites_in(category, EVERYWHERE))
        assert sorted(sites.sites_in(category, EVERYWHERE)) == stored, category
    return len(stored)


def test_what_is_near_is_told_before_anything_is_sent(done, index):
    say = lambda now: flow.near(done, index, "D01", *ALLEY, epsg=EPSG, now=now)  # noqa: E731
    (site,) = say(datetime(2026, 3, 18, tzinfo=UTC))
    assert (site.site_id, site.case_id, site.state, site.episode) == ("1", "2", "verified", 2)
    assert (site.metres, site.closed_days) == (0.0, 6.0)
    assert flow.near(done, index, "D03", *ALLEY, epsg=EPSG, now=NOW) == []
    made = flow.accept(done, {"category": "D03", "lon": ALLEY[0], "lat": ALLEY[1]}, now=NOW)
    (site,) = flow.near(done, index, "D03", *ALLEY, epsg=EPSG, now=NOW)
    assert (site.case_id, site.state) == (made.case_id, "open")
    with pytest.raises(BadInput, match="D99"):
        flow.near(done, index, "D99", *ALLEY, epsg=EPSG, now=NOW)


def test_until_the_sites_are_loaded_the_store_answers_the_same(done, index, monkeypatch):
    monkeypatch.setattr(SiteIndex, "load", lambda _: None)
    empty = SiteIndex(done)
    say = lambda index: flow.near(done, index, "D01", *ALLEY, epsg=EPSG, now=NOW)  # noqa: E731
    assert now(empty, done) is None
    assert say(empty) == say(index) != []


def test_before_the_first_run_nothing_is_held(store):
    index = SiteIndex(store)
    index.load()
    assert now(index, store) is None
    loaded(index)


def test_what_another_process_sends_moves_or_takes_away_is_known_at_once(done, index):
    holds_what_the_store_does(index, done)
    other = open_store(done.url)
    try:
        here = {"category": "D03", "lon": ALLEY[0], "lat": ALLEY[1]}
        made = flow.accept(other, {**here, "reported_at": "2026-03-20T08:00+08:00"}, now=NOW)
        assert holds_what_the_store_does(index, done) == 1
        # an earlier one beside it takes the site
        flow.accept(other, {**here, "reported_at": "2026-03-19T08:00+08:00"}, now=NOW)
        assert holds_what_the_store_does(index, done) == 1
        assert [s[0] for s in now(index, done).sites_in("D03", EVERYWHERE)] != [made.site_id]
        flow.accept(other, here | {"lon": MARKET[0], "lat": MARKET[1]}, now=NOW)
        assert holds_what_the_store_does(index, done) == 2
    finally:
        other.close()


@pytest.mark.parametrize("most", [1, 5_000])
def test_after_a_run_and_after_very_much_the_sites_are_loaded_anew(done, most):
    index = SiteIndex(done, most)
    index.load()
    before = now(index, done)
    flow.accept(done, {"category": "D03", "lon": ALLEY[0], "lat": ALLEY[1]}, now=NOW)
    if most > 1:
        assert now(index, done) is before
        flow.refresh(done, now=NOW + timedelta(days=1))
    assert now(index, done) is None
    loaded(index)
    assert now(index, done) is not before
    assert holds_what_the_store_does(index, done) == 1


PLACES = st.tuples(st.sampled_from("ABC"), st.integers(-9, 9), st.integers(-9, 9))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(PLACES, max_size=40),
    st.lists(st.tuples(st.integers(0, 50), PLACES | st.none()), max_size=40),
    st.tuples(PLACES, st.integers(0, 9), st.integers(0, 9)),
)
def test_what_is_held_is_found_where_it_was_last(places, came, asked):
    known = {str(k): place for k, place in enumerate(places)}
    rows = [(site_id, *place) for site_id, place in known.items()]
    sites = Sites(pd.DataFrame(rows, columns=["site_id", "category", "lon", "lat"]))
    for k, place in came:
        sites.take([Came(str(k), *(place or (None, None, None)))])
        known[str(k)] = place
    (category, west, south), across, up = asked
    box = (west, south, west + across, south + up)
    expected = [
        (site_id, place[1], place[2])
        for site_id, place in known.items()
        if place is not None and place[0] == category
        if west <= place[1] <= west + across and south <= place[2] <= south + up
    ]
    assert sorted(sites.sites_in(category, box)) == sorted(expected)
