"""An answer is known again, and compressed for those who take it."""

import gzip


def test_an_unchanged_answer_is_not_sent_again(viewer):
    for path in (
        "/api/areas.geojson",
        "/api/periods",
        "/api/values/rebound/2026-W26",
    ):
        first = viewer.get(path)
        again = viewer.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.data == b""
        assert "no-cache" in first.headers["Cache-Control"]


def test_a_changed_answer_is(viewer, store):
    first = viewer.get("/api/areas.geojson")
    one = store.areas.read(ids=["A1"])
    store.areas.upsert(one.assign(name="改名"))
    again = viewer.get("/api/areas.geojson", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200


def test_large_answers_are_compressed_for_those_who_take_it(viewer):
    plain = viewer.get("/api/areas.geojson")
    packed = viewer.get("/api/areas.geojson", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert {"Accept-Encoding", "Cookie"} <= {*packed.headers["Vary"].split(", ")}
