"""Which column is which field."""

from __future__ import annotations

import pytest

from geo_service.terms import BadInput


def test_headers_equal_to_fields_need_no_map_others_do(read):
    got = read("Reported At,LATITUDE,Longitude,Where\n2026-05-01,36.1,103.8,x\n",
               mapping={"address": "where"})  # fmt: skip
    assert got.reports.loc[0, ["lon", "lat", "address"]].tolist() == [103.8, 36.1, "x"]


def test_set_goes_before_columns(read):
    got = read("reported_at,category\n2026-05-01,a\n", set_values={"category": "D03"})
    assert got.reports["category"].tolist() == ["D03"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mapping": {"category": "Typ"}}, "no column Typ; there are: reported_at, what"),
        ({"mapping": {"colour": "what"}}, "no field colour; there are: report_id"),
        ({"set_values": {"colour": "x"}}, "no field colour"),
        ({"preset": "gotham"}, "no preset gotham; there are: .*chicago-311"),
        ({"timezone": "Mars/Olympus"}, "no time zone Mars/Olympus"),
        ({"timezone": "../etc/passwd"}, "no time zone"),
        ({"crs": "EPSG:999999"}, "no reference system EPSG:999999"),
        ({"crs": "/etc/passwd"}, "no reference system"),
        ({"preset": "chicago-311"}, "none of the columns of preset chicago-311"),
    ],
)
def test_bad_options_are_told_in_the_users_words(read, options, message):
    with pytest.raises(BadInput, match=message):
        read("reported_at,what\n2026-05-01,x\n", **options)
