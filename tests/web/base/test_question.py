"""What an address asks for is refused by name."""

import pytest


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/api/values/nope/2026-W26", "density"),
        ("/api/values/rebound/2031-W01", "2026-W24"),
        ("/api/values/rebound/hello", "2026-W26"),
        ("/api/values/rebound/2026-W26?category=D99", "D99"),
        ("/api/worst/2031-W01", "2026-W24"),
        ("/api/areas/nowhere/summary", "nowhere"),
        ("/api/areas/A1/summary?week=2031-W01", "2026-W26"),
    ],
)
def test_what_does_not_exist_is_said_with_what_does(viewer, path, named):
    answer = viewer.get(path)
    assert answer.status_code == 404
    assert named in answer.json["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "kind=castle",
        "subdistrict=Atlantis",
        "category=D01,D99",
        "bbox=1,2,3",
        "limit=0",
        "limit=x",
        "limit=-1",
        "from=soon",
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(viewer, query):
    answer = viewer.get(f"/api/worst/2026-W26?{query}")
    assert answer.status_code == 400
    assert answer.json["detail"]
