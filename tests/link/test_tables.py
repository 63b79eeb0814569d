"""Linking from tables to tables."""

from __future__ import annotations

from geo_service.link import link
from geo_service.terms import FRAMES, packaged_categories
from tests.link.sides import EPSG, linked, moment, report_table
from tests.link.test_rule import AS_OF, row, word


def test_reports_without_a_point_of_their_own_have_no_case():
    reports = report_table([row("1", 0), row("2", 1)])
    reports.loc[1, "precision"] = "area"
    as_of = moment(AS_OF).to_pydatetime()
    got = link(reports, FRAMES["events"].empty(), packaged_categories(), epsg=EPSG, as_of=as_of)
    assert word(got, "2") is None


def test_nothing_reported_gives_empty_tables():
    got = linked([], as_of=AS_OF)
    assert [len(table) for table in got] == [0, 0, 0, 0]
    assert list(got.cases.columns) == FRAMES["cases"].names


def test_stalls_reach_farther():
    got = linked([row("1", 0, category="D04"), row("2", 1, 49.0, category="D04")], as_of=AS_OF)
    assert word(got, "2") == "duplicate"
