"""``areas from-osm``: areas of an OpenStreetMap file, twice the same; what is none is told."""

from __future__ import annotations

import pytest


def test_what_is_no_osm_file_is_a_sentence(run, tmp_path):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(b"PK\x03\x04" + b"x" * 100)
    got = run("areas", "from-osm", path)
    assert got.code == 1
    assert "a.osm.pbf is not an .osm.pbf file" in got.err
    assert "a.osm.pbf" in run("areas", "from-osm", tmp_path / "none" / "a.osm.pbf").err


@pytest.mark.shared_data
def test_a_city_twice(run, shared_data):
    helsinki = shared_data / "helsinki_osm" / "helsinki_centre.osm.pbf"
    first = run("areas", "from-osm", helsinki, "--format", "json").json
    again = run("areas", "from-osm", helsinki, "--format", "json").json
    counts = [
        {k: one[k] for k in ("read", "accepted", "unchanged", "rejected")} for one in (first, again)
    ]
    assert counts == [
        {"read": 132, "accepted": 130, "unchanged": 0, "rejected": 2},
        {"read": 132, "accepted": 0, "unchanged": 130, "rejected": 2},
    ]
    assert first["rejected_by_reason"] == {"covered": 1, "bad_geometry": 1}
    assert [w["key"] for w in first["warnings"]] == ["osm_incomplete"]
