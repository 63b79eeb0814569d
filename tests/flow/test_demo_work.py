"""The demo as somebody finds it on its Monday morning; its log is whole."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest

from geo_service import flow
from geo_service.flow.check import faults_of
from geo_service.store import Chain, PhotoFiles, open_store
from tests.cli.test_demo import tiny

NOW = datetime(2027, 1, 1, tzinfo=UTC)
MORNING = pd.Timestamp("2026-06-29 07:30", tz="Asia/Shanghai")


@pytest.fixture
def chain(demo_file):
    key = demo_file.with_name("chain_key").read_text().strip().encode()
    return Chain(key, demo_file.with_name("chain_key.log"))


@pytest.fixture
def files(demo_file):
    return PhotoFiles(demo_file.with_name("photos"))


@pytest.fixture
def lively(demo_file, tmp_path):
    with closing(open_store(f"sqlite:///{shutil.copy(demo_file, tmp_path)}")) as store:
        yield store


def test_every_state_is_there_and_what_is_overdue_is_some_days_old(lively):
    cases = lively.cases.read()
    states = cases["state"].value_counts()
    assert {"open", "dispatched", "working", "fixed", "verified", "returned", "failed"} <= set(
        states.index
    )
    left = cases[cases["state"].isin(["open", "dispatched", "working", "fixed", "failed"])]
    late = left.loc[left["due_at"] < MORNING, "due_at"]
    assert 20 <= len(late) <= 60
    assert (MORNING - late.min()).days <= 14
    assert cases["disputed"].sum() == 1
    assert cases["dispatched_unit_id"].notna().any()


def test_events_photos_and_pages_are_as_they_were_kept(lively, chain, files):
    assert faults_of(lively, chain, files) == []
    log = lively.events.read()
    assert 150 <= len(log) <= 300
    assert {"merged", "cause", "measure", "noted", "postponed"} <= set(log["kind"])
    assert set(log["actor"]) <= {one.name for one in lively.accounts.list()}
    assert len(lively.photos.all()) == 24


def test_yesterday_has_all_outcomes_and_today_is_begun(lively):
    states = {one.state for one in lively.assignments.listed("2026-06-28")}
    assert states == {"published", "done", "cannot"}
    stops = lively.assignments.listed("2026-06-29")
    assert {one.state for one in stops} == {"published", "accepted"}
    own = [one.stop_order for one in stops if one.crew_id == "CR-01"]
    assert own == list(range(1, len(own) + 1))
    assert len(own) >= 3


def test_what_was_worked_off_is_left_alone(lively, chain, files):
    worked = pd.DataFrame({"case_id": ["1"], "mended_at": [NOW], "checked_at": [NOW]})
    before = lively.fingerprint()
    assert not flow.work_demo(lively, replace(tiny(), worked=worked), chain, files, now=NOW)
    assert lively.fingerprint() == before


def test_a_demo_without_such_cases_has_nothing_to_do(store, tmp_path):
    chain = Chain(b"k", tmp_path / "chain.log")
    assert not flow.work_demo(store, tiny(), chain, PhotoFiles(tmp_path), now=NOW)
    assert store.events.count() == 0
