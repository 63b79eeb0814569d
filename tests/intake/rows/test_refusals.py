"""Rows that are refused, with their line and reason."""

from __future__ import annotations

import pytest

from tests.intake.conftest import HEAD, line, refused


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"reported_at": ""}, "reported_at", "missing_date"),
        ({"reported_at": "NULL"}, "reported_at", "missing_date"),
        ({"reported_at": "soon"}, "reported_at", "bad_date"),
        ({"reported_at": "1900-01-01"}, "reported_at", "date_out_of_range"),
        ({"reported_at": "1989-12-30"}, "reported_at", "date_out_of_range"),
        ({"reported_at": "2027-07-02"}, "reported_at", "in_future"),
        ({"lon": "east"}, "lon", "bad_coordinate"),
        ({"lat": "1e999"}, "lat", "bad_coordinate"),
        ({"lon": "inf"}, "lon", "bad_coordinate"),
        ({"lon": ""}, "lon", "half_point"),
        ({"lat": ""}, "lat", "half_point"),
        ({"lon": "0", "lat": "0.0"}, "lon", "zero_zero"),
        ({"lon": "181"}, "lon", "out_of_range"),
        ({"lat": "-91"}, "lat", "out_of_range"),
        ({"closed_at": "later"}, "closed_at", "bad_date"),
        ({"fixed_at": "31/02/2026"}, "fixed_at", "bad_date"),
        ({"verified_at": "?"}, "verified_at", "bad_date"),
        # of several faults the first is told
        ({"reported_at": "soon", "lon": "east", "closed_at": "x"}, "reported_at", "bad_date"),
    ],
)
def test_reasons_with_their_lines(read, change, field, reason):
    got = read(HEAD + line(id_="a") + line(id_="b", **change) + line(id_="c"))
    assert refused(got) == [(3, field, reason)]
    assert got.reports["report_id"].tolist() == ["a", "c"]
    reject = got.rejects.iloc[0]
    assert reject["report_id"] == "b"
    assert reject["file"] == "reports.csv"
    if change.get(field) not in ("", "NULL") and reason != "zero_zero":
        assert change[field] in reject["value"]


def test_edges_are_inside(read):
    rows = line(id_="a", reported_at="1990-01-02") + line(id_="b", reported_at="2026-06-29")
    rows += line(id_="c", lon="180", lat="-90") + line(id_="d", lon="0", lat="51.5")
    assert len(read(HEAD + rows).reports) == 4


def test_region_when_set(read):
    rows = line(id_="a") + line(id_="b", lon="103.0") + line(id_="c", lon="", lat="")
    got = read(HEAD + rows, region=(103.5, 36.0, 104.0, 36.2))
    assert refused(got) == [(3, "lon", "outside_region")]
    assert len(read(HEAD + rows).rejects) == 0
