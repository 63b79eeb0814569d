"""Whatever bytes come, the answer is a table whose sums agree or one sentence, no traceback."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_service.intake import ImportOptions, read_areas, read_reports
from geo_service.terms import BadInput
from tests.intake.conftest import NOW

ROWS = "".join(
    f'{i},2026-05-{i + 1:02d} 08:00,05/{i + 1}/2026,103.{i},36.1,"西津, ""西""路\n{i}"\n'
    for i in range(20)
)
CSV = ("report_id,reported_at,closed_at,lon,lat,address\n" + ROWS).encode()
RING = [[103.8, 36.05], [103.81, 36.05], [103.81, 36.06], [103.8, 36.05]]
FEATURES = json.dumps(
    [
        {
            "type": "Feature",
            "properties": {"name": f"n{i % 2}"},
            "geometry": {"type": "Polygon", "coordinates": [RING]},
        }
        for i in range(3)
    ]
).encode()
DIRT = st.sampled_from([b'"', b",", b";", b"\n", b"\r", b"\0", b"\xff", b"9", b"-", b"[", b"}"])
CHANGES = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 9), DIRT), max_size=8)


def spoil(data, changes):
    """Replace some bytes at each place by dirt."""
    for place, length, dirt in changes:
        at = place % (len(data) + 1)
        data = data[:at] + dirt + data[at + length :]
    return data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=CHANGES)
def test_spoilt_csv(tmp_path, changes):
    path = tmp_path / "r.csv"
    path.write_bytes(spoil(CSV, changes) or b"x")
    try:
        got = read_reports(path, ImportOptions(), now=NOW)
    except BadInput as error:
        got, said = None, error.say("zh")
    if got is None:
        assert "r.csv" in said
        return
    assert got.read == len(got.reports) + got.repeated + len(got.rejects)
    assert got.reports["report_id"].is_unique
    assert got.rejects[["line", "reason"]].notna().all(axis=None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=CHANGES)
def test_spoilt_areas(tmp_path, changes):
    path = tmp_path / "a.geojson"
    path.write_bytes(spoil(FEATURES, changes) or b"x")
    try:
        got = read_areas(path, kind="street", known_kinds=["street"], buffer=5.0)
    except BadInput as error:
        got, said = None, error.say("en")
    if got is None:
        assert "a.geojson" in said
        return
    assert got.areas.geometry.is_valid.all()
    assert got.areas["area_id"].is_unique


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "geojson", "gz", "txt", ""])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(data=st.binary(max_size=200))
def test_noise(tmp_path, suffix, data):
    path = tmp_path / f"noise.{suffix}"
    path.write_bytes(data)
    with pytest.raises(BadInput, match="noise"):
        read_reports(path, ImportOptions(), now=NOW)
