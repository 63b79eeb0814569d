"""What is near is told before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service import flow
from geo_service.flow.live.near import Site, SiteIndex
from geo_service.terms import BadInput
from tests.flow.city import ALLEY
from tests.flow.live.sending import NOW
from tests.link.sides import EPSG


def test_what_is_near_is_told_before_anything_is_sent(done):
    index = flow.site_index(done, EPSG)
    say = lambda now: flow.near(done, index, "D01", *ALLEY, epsg=EPSG, now=now)  # noqa: E731
    (site,) = say(datetime(2026, 3, 18, tzinfo=UTC))
    assert (site.site_id, site.case_id, site.state, site.episode) == ("1", "2", "verified", 2)
    assert (site.metres, site.closed_days) == (0.0, 6.0)
    assert flow.near(done, index, "D03", *ALLEY, epsg=EPSG, now=NOW) == []
    fields = {"category": "D03", "lon": ALLEY[0], "lat": ALLEY[1]}
    made = flow.accept(done, fields, now=NOW, index=index)
    (site,) = flow.near(done, index, "D03", *ALLEY, epsg=EPSG, now=NOW)
    assert (site.case_id, site.state) == (made.case_id, "open")
    with pytest.raises(BadInput, match="D99"):
        flow.near(done, index, "D99", *ALLEY, epsg=EPSG, now=NOW)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), max_size=40),
    st.integers(-40, 40),
    st.integers(-40, 40),
    st.sampled_from([1.0, 7.0, 30.0]),
)
def test_what_is_near_is_found_and_each_square_is_loaded_once(places, x, y, d):
    sites = [Site(str(k), float(a), float(b)) for k, (a, b) in enumerate(places)]
    asked = []

    def load(category, box):
        asked.append((category, box))
        west, south, east, north = box
        return [s for s in sites if west - 3 <= s.x <= east + 3 and south - 3 <= s.y <= north + 3]

    known = SiteIndex(load, cell_m=10.0)
    expected = sorted(
        (float(np.hypot(s.x - x, s.y - y)), s) for s in sites if np.hypot(s.x - x, s.y - y) <= d
    )
    assert known.near("A", x, y, d) == expected
    assert known.near("A", x, y, d) == expected
    assert len(asked) == len(set(asked))


def test_a_site_that_is_added_is_near_once_and_only_to_its_category():
    known = SiteIndex(lambda category, box: [Site("1", 0.0, 0.0)])
    assert [s.site_id for _, s in known.near("A", 1, 1, 5)] == ["1"]
    known.add("A", Site("2", 2.0, 2.0))
    known.add("A", Site("2", 2.0, 2.0))
    known.add("B", Site("3", 2.0, 2.0))
    assert [s.site_id for _, s in known.near("A", 2, 2, 5)] == ["2", "1"]
    assert [s.site_id for _, s in known.near("B", 1, 1, 5)] == ["1"]
