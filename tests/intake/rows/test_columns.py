"""Which column is which field."""

from __future__ import annotations

import pytest

from geo_service.terms import BadInput, say


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


DICT = "\"{'type': 'Point', 'coordinates': [103.8, 36.1]}\""


@pytest.mark.parametrize("pair", ["lat,long", "latitude,lng", "y,x"])
def test_a_pair_that_can_be_read_goes_before_a_point_that_cannot(read, pair):
    got = read(f"reported_at,point,{pair}\n2026-05-01,{DICT},36.1,103.8\n")
    assert got.reports.loc[0, ["lon", "lat"]].tolist() == [103.8, 36.1]
    turned = read(f'reported_at,point,{pair}\n2026-05-01,"36.1, 103.8",,\n')
    assert turned.reports.loc[0, ["lon", "lat"]].tolist() == [103.8, 36.1]


def test_where_nothing_can_be_read_the_reason_names_the_option(read):
    got = read(f"reported_at,point,wo_x,wo_y\n2026-05-01,{DICT},103.8,36.1\n")
    assert [one.reason for one in got.rejects.itertuples()] == ["intake.bad_coordinate"]
    for language in ("zh", "en"):
        assert "--map lon=" in say("intake.bad_coordinate", language)
