"""Who reported: apart from the reports, for a set time, never brought back by a file."""

from datetime import timedelta

import pandas as pd
import pytest

from tests.store.samples import NOW, reports

DAY = timedelta(days=1)


def named(*rows):
    return pd.DataFrame(rows, columns=["report_id", "reporter_name", "reporter_phone"])


@pytest.fixture
def kept(store):
    store.reports.upsert(reports({"report_id": "1"}, {"report_id": "2"}, {"report_id": "3"}))
    rows = named(("1", "王女士", "139 0000 0000"), ("2", None, "0931-2345678"), ("3", None, None))
    store.reporters.keep(rows, NOW)
    return store


def test_who_says_nothing_has_no_row(kept):
    assert kept.reporters.of(["1", "2", "3", "4"]) == {
        "1": {"reporter_name": "王女士", "reporter_phone": "139 0000 0000"},
        "2": {"reporter_name": None, "reporter_phone": "0931-2345678"},
    }


def test_an_empty_field_leaves_what_is_known(kept):
    kept.reporters.keep(named(("1", "李先生", None), ("3", "赵", None)), NOW + DAY)
    assert kept.reporters.of(["1"])["1"] == {
        "reporter_name": "李先生",
        "reporter_phone": "139 0000 0000",
    }
    assert kept.reporters.of(["3"])["3"]["reporter_name"] == "赵"


def test_what_is_known_keeps_its_time_and_what_is_over_goes_for_good(kept):
    kept.reporters.keep(named(("1", "王女士", None)), NOW + 5 * DAY)
    kept.reporters.keep(named(("2", "李先生", None)), NOW + 5 * DAY)
    assert not kept.reporters.any_older(NOW)
    assert kept.reporters.any_older(NOW + DAY)
    assert kept.reporters.erase(NOW + DAY) == 1
    assert not kept.reporters.any_older(NOW + DAY)
    kept.reporters.keep(named(("1", "王女士", "139 0000 0000")), NOW + 6 * DAY)
    gone = {"reporter_name": None, "reporter_phone": None}
    assert kept.reporters.of(["1"])["1"] == gone
    assert kept.reporters.of(["2"])["2"]["reporter_name"] == "李先生"
    assert kept.reporters.erase(NOW + 9 * DAY) == 1


def test_they_are_contents_and_which_import_brought_them_is_none(kept):
    before = kept.fingerprint()
    kept.reporters.keep(named(("1", "王女士", None)), NOW, import_id=7)
    assert kept.fingerprint() == before
    kept.reporters.erase(NOW + DAY)
    assert kept.fingerprint() != before
