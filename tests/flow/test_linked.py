"""What became of fixes, cases and sites, against a plain walk over CASES and the links."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from geo_service.flow.linked import histories
from geo_service.link import case_table, link_table
from tests.link.test_compare import T0, first, reports_of

END = T0 + timedelta(days=330)
MINUTE = pd.Timedelta(minutes=1)


def drawn(seed):
    reports = reports_of(np.random.default_rng(seed), 400)
    memory = first(reports, END)
    cases = case_table(memory)
    known = np.flatnonzero(memory.known)
    links = link_table(memory, known)
    return memory, reports, cases[cases["state"] != "cancelled"], links


def plain_fixes(cases, reports, links):
    """(case, fix, end, returned, rework) of every fix."""
    end, out = pd.Timestamp(END), []
    for _, rows in cases.groupby("site_id"):
        site = rows.sort_values("episode")
        after = [*site["opened_at"][1:], None]
        for case, following in zip(site.itertuples(), after, strict=True):
            if pd.isna(case.fixed_at) or (following is not None and following <= case.fixed_at):
                continue
            stop = max(end if following is None else following, case.fixed_at + MINUTE)
            out.append((case.case_id, case.fixed_at, stop, following is not None, False))
    told = links.merge(reports.drop(columns=["case_id", "link"]), on="report_id")
    told = told[told["case_id"].isin(cases["case_id"])]
    for case_id, rows in told.groupby("case_id"):
        gone = rows["is_cancelled"]
        facts = [(at, 0) for at in rows.loc[~gone, "fixed_at"].dropna()]
        facts += [(at, 1) for at in rows.loc[rows["link"] == "rework", "reported_at"]]
        facts.sort()
        for (one, before), (other, after) in pairwise(facts):
            if (before, after) == (0, 1):
                out.append((case_id, one, max(other, one + MINUTE), True, True))
    return sorted(out)


@pytest.mark.parametrize("seed", range(6))
def test_every_fix_runs_to_what_ended_it(seed):
    memory, reports, cases, links = drawn(seed)
    got = histories(memory).fixes
    expected = plain_fixes(cases, reports, links)
    found = sorted(
        zip(got["started_at"], got["ended_at"], got["returned"], got["rework"], strict=True)
    )
    assert found == sorted(one[1:] for one in expected)
    assert got["rework"].sum() > 5
    assert (got["returned"] | (got["ended_at"] == pd.Timestamp(END))).all()


@pytest.mark.parametrize("seed", range(3))
def test_cases_that_stand_keep_their_counts(seed):
    memory, _, cases, _ = drawn(seed)
    got = histories(memory).cases
    assert len(got) == len(cases) < len(memory.state)
    for name in ("reports", "reworks", "beyond_window", "lapsed"):
        assert got[name].tolist() == cases[name].tolist()
    assert got["category"].tolist() == cases["category"].tolist()


@pytest.mark.parametrize("seed", range(3))
def test_sites_are_watched_from_their_first_verified_closure(seed):
    memory, _, cases, _ = drawn(seed)
    got = histories(memory)
    done = cases[cases["state"] == "verified"]
    begin = done.groupby("site_id")["verified_at"].min()
    followed = (pd.Timestamp(END) - begin) / pd.Timedelta(days=1)
    np.testing.assert_allclose(np.sort(got.sites["followed"]), np.sort(followed))
    since = cases["opened_at"] - cases["site_id"].map(begin)
    later = since[since > pd.Timedelta(0)] / pd.Timedelta(days=1)
    np.testing.assert_allclose(np.sort(got.returns["day"]), np.sort(later))
    assert (got.returns["day"] <= got.sites["followed"].to_numpy()[got.returns["site"]]).all()


def test_nothing_gives_nothing():
    memory = first(reports_of(np.random.default_rng(0), 0), END)
    assert [len(table) for table in histories(memory)] == [0, 0, 0, 0]
