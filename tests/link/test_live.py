"""One report at a time gives what all at once give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.link import (
    Facts,
    LinkTerms,
    Site,
    SiteIndex,
    Standing,
    after,
    decide,
    facts_of,
    joined,
    replayed,
)
from geo_service.link.closures import NEVER
from geo_service.measure import id_key
from tests.link.reference import DAY
from tests.link.test_linking import AS_OF, histories, linked

TERMS = LinkTerms.of()


def walk_live(rows, as_of=AS_OF):
    """Feed rows one by one in time order; all facts of a row are known when it comes."""
    links, cases, chains = {}, {}, {}
    closing = set()
    facts = {}
    for r in rows:
        closed = r.cancelled if r.cancelled is not None else r.closed_at
        facts[r.id] = facts_of(
            r.id,
            r.at,
            r.fixed_at,
            r.verified_at,
            closed,
            None if r.cancelled is None else "Cancelled ",
            r.is_duplicate,
            as_of,
        )
        if facts[r.id].fixed != NEVER or facts[r.id].verified != NEVER:
            closing.add(r.source)
    for r in sorted((r for r in rows if r.at < as_of), key=lambda r: facts[r.id].order):
        fact = facts[r.id]
        candidates = []
        for (category, _), chain in chains.items():
            standing = [c for c in chain if facts[c].cancelled > r.at]
            if category == r.category and standing:
                candidates.append(cases[standing[-1]])
        decision = decide(r.at, r.x, r.y, candidates, TERMS)
        if fact.only_joins and decision.line != 1:
            links[r.id] = (None, None)
            continue
        links[r.id] = (decision.case.case_id if decision.joins else r.id, decision.link)
        if decision.joins:
            cases[decision.case.case_id] = joined(decision.case, fact, decision.line)
            continue
        window = TERMS.window if r.source in closing else TERMS.short_window
        before = decision.case
        if before is None:
            cases[r.id] = Standing.opened(fact, r.id, r.x, r.y, window)
        else:
            cases[r.id] = Standing.opened(
                fact, before.site_id, before.x, before.y, window, before.episode + 1
            )
        chains.setdefault((r.category, cases[r.id].site_id), []).append(r.id)
    return links, cases, facts


@settings(max_examples=400, deadline=None)
@given(histories())
def test_one_by_one_equals_all_at_once(rows):
    rows = [replace(r, events=[]) for r in rows]
    links, cases, facts = walk_live(rows)
    got = linked(rows)
    assert links == {
        r.report_id: (
            None if pd.isna(r.case_id) else r.case_id,
            None if pd.isna(r.link) else r.link,
        )
        for r in got.links.itertuples()
    }
    assert sorted(cases) == sorted(got.cases["case_id"])
    by_id = got.cases.set_index("case_id")
    for case_id, case in cases.items():
        row = by_id.loc[case_id]
        assert (row.site_id, row.episode) == (case.site_id, case.episode)
        assert (row.reports, row.reworks) == (case.reports, case.reworks)
        if facts[case_id].cancelled < AS_OF:
            continue
        stamps = [NEVER if pd.isna(x) else x.value // 1000 for x in (row.fixed_at, row.verified_at)]
        assert stamps == [case.fixed, case.verified]
        assert row.unverified == (case.unverified and case.verified != NEVER)
        followed = got.cases["parent_case_id"] == case_id
        if not followed.any():
            assert row.state == case.state(AS_OF)
            continue
        child = got.cases[followed].iloc[-1]
        said = after(case, child.opened_at.value // 1000, 3 if child.link == "rebound" else 4)
        assert said.beyond == child.beyond_window
        assert pd.isna(child.gap_days) == (said.gap is None)
        assert said.gap is None or said.gap / DAY == pytest.approx(child.gap_days)


@settings(max_examples=200, deadline=None)
@given(histories())
def test_a_case_replayed_is_the_case(rows):
    rows = [replace(r, events=[]) for r in rows]
    links, cases, facts = walk_live(rows)
    sources = {r.id: r for r in rows}
    for case_id, case in cases.items():
        opening = sources[case_id]
        first = Standing.opened(
            facts[case_id], case.site_id, case.x, case.y, case.window, case.episode
        )
        its = [(facts[r], word) for r, (c, word) in links.items() if c == case_id and r != case_id]
        assert replayed(first, its, TERMS) == case
        assert opening.at == case.opened_at


def test_a_stored_link_that_new_facts_deny_is_told():
    first = Standing.opened(Facts("1", 0, 5, 5), "1", 0, 0, TERMS.window)
    assert replayed(first, [(Facts("2", 3), "duplicate")], TERMS).reports == 2
    assert replayed(first, [(Facts("2", 6), "duplicate")], TERMS) is None
    assert replayed(first, [(Facts("2", 3), "rework")], TERMS) is None


def test_a_closing_at_the_as_of_moment_is_not_known():
    assert facts_of("1", 0, 9, 10, None, None, False, 10)[2:4] == (9, NEVER)
    assert facts_of("1", 0, None, None, 10, "作废", False, 10).cancelled == NEVER
    assert facts_of("1", 3, None, None, None, "作废", False, 10).cancelled == 3


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


def test_ids_are_ordered_alike_one_at_a_time():
    ids = ["b", "10", "9", "A1", "007", "7", "", "０"]
    from geo_service.measure import id_rank

    rank = dict(zip(ids, id_rank(ids), strict=True))
    assert sorted(ids, key=id_key) == sorted(ids, key=rank.get)
