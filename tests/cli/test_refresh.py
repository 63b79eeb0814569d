"""``refresh`` says what it made and sees what was before its as-of moment."""

import pytest

from tests.flow.test_fallback_points import import_desk

pytestmark = pytest.mark.usefixtures("city")


def test_refresh_names_the_areas_that_touch_no_other(run):
    said = run("refresh").err
    assert "A1, B1, M1" in said


def test_refresh_says_what_it_made(run):
    got = run("refresh")
    assert got.code == 0
    assert "7 reports, 4 cases, 2 unlocated, 2 weeks" in got.out
    assert "linking" in got.err


def test_refresh_as_of_a_day_sees_what_was_before_its_midnight(run, store):
    assert run("refresh", "--as-of", "2026-03-10").code == 0
    # the report of 08:00 on that day is not seen
    assert store.cases.read()["case_id"].tolist() == ["1"]


def test_refresh_before_everything_fails(run):
    got = run("refresh", "--as-of", "2020-01-01")
    assert got.code == 1
    assert "2020-01-01" in got.err


def test_points_that_are_no_places_are_counted(run, store, tmp_path):
    import_desk(store, tmp_path)
    assert "1 fall-back points (their reports have no case) and 0 suspect" in run("refresh").err
