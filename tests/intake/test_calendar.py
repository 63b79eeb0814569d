"""An office's days: dates however written, kinds in words, hours; what is wrong is named."""

import pytest

from geo_service.intake import calendar_check, read_table
from tests.intake.conftest import refused


@pytest.fixture
def read(write):
    def _read(content):
        return read_table(write(content, "days.csv"), "calendar", check=calendar_check)

    return _read


def test_days_are_written_one_way(read):
    got = read(
        "date,kind,name,from,to\n2027/1/2,放假,元旦,,\n2027年2月6日,workday,调休,9:00,17:30\n"
        "2027-02-05 00:00:00,half,除夕前,,\n"
    )
    assert refused(got) == []
    assert got.rows["date"].tolist() == ["2027-01-02", "2027-02-06", "2027-02-05"]
    assert got.rows["kind"].tolist() == ["holiday", "workday", "half"]
    assert got.rows.loc[1, ["from", "to"]].tolist() == ["09:00", "17:30"]


def test_what_is_no_day_no_kind_or_no_hours_is_refused(read):
    got = read(
        "date,kind,from,to\n2027-02-30,holiday,,\nsoon,holiday,,\n2027-02-01,feast,,\n"
        "2027-02-02,workday,18:00,09:00\n2027-02-03,workday,09:00,\n2027-02-04,half,25:00,26:00\n"
        ",holiday,,\n2027-02-08,workday,09:00,12:00\n"
    )
    assert refused(got) == [
        (2, "date", "bad_date"),
        (3, "date", "bad_date"),
        (4, "kind", "unknown_day_kind"),
        (5, "to", "bad_hours"),
        (6, "to", "bad_hours"),
        (7, "from", "bad_clock_time"),
        (8, "date", "missing_key"),
    ]
    assert got.rows["date"].tolist() == ["2027-02-08"]


def test_a_file_without_kinds_has_no_day(read):
    assert [reason for *_, reason in refused(read("date,name\n2027-02-01,x\n"))] == [
        "unknown_day_kind"
    ]
