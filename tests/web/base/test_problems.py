"""Each error has one code and one sentence; a mistake of ours tells nothing of the inside."""

import errno

import pytest

from geo_service import terms
from geo_service.web.base.problems import STATUS, SignInNeeded, status_of


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("BadUse", 400),
        ("BadInput", 422),
        ("NotFound", 404),
        ("NotReady", 503),
        ("NotAllowed", 403),
        ("Conflict", 409),
        ("Busy", 503),
    ],
)
def test_codes(error, code):
    assert status_of(getattr(terms, error)("errors.no_run")) == code


def test_the_narrower_error_counts():
    assert status_of(SignInNeeded("auth.sign_in_needed")) == 401


def test_every_error_of_the_family_has_a_code():
    family = set(terms.GeoServiceError.__subclasses__())
    assert family <= set(STATUS)


def test_a_mistake_of_ours_is_a_sentence_without_the_inside(as_role, store, monkeypatch, caplog):
    def broken():
        raise RuntimeError("secret inside")

    monkeypatch.setattr(store.crews, "read", broken)
    answer = as_role("admin").get("/api/crews")
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)
    assert "secret inside" in caplog.text


def test_a_busy_store_says_when_to_come_back(as_role, store, monkeypatch):
    def busy():
        raise terms.Busy("errors.busy", who="import")

    monkeypatch.setattr(store.crews, "read", busy)
    answer = as_role("admin").get("/api/crews")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "import" in answer.json["detail"]


def test_a_page_for_people_and_json_for_programs(as_role):
    client = as_role("viewer")
    page = client.get("/nope", headers={"Accept": "text/html"})
    assert page.mimetype == "text/html"
    assert client.get("/nope", headers={"Accept": "application/json"}).json["status"] == 404
    assert client.get("/nope", headers={"Accept": "*/*"}).mimetype == "text/html"


def test_a_wrong_method_says_which_are_right(as_role):
    answer = as_role("viewer").delete("/api/periods")
    assert answer.status_code in (400, 405)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (terms.NotReady("store.disk_full"), "磁盘空间不足"),
        (terms.NotReady("store.damaged", path="/srv/inside"), "数据库出错"),
        (OSError(errno.ENOSPC, "no room"), "磁盘空间不足"),
    ],
    ids=["full", "damaged", "no room"],
)
def test_a_disk_or_file_that_fails_is_one_sentence(
    as_role, store, monkeypatch, caplog, error, said
):
    def broken(*_):
        raise error

    client = as_role("admin")
    monkeypatch.setattr(store.crews, "read", broken)
    answer = client.get("/api/crews")
    assert answer.status_code == 503
    assert said in answer.json["detail"]
    assert "inside" not in answer.get_data(as_text=True)
    assert answer.headers["Retry-After"]


def test_where_even_the_page_of_a_mistake_fails_there_is_a_sentence(as_role, store, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret inside")

    client = as_role("admin")
    monkeypatch.setattr(store.changes, "mark", broken)
    answer = client.get("/board", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert answer.get_data(as_text=True).count("\n") == 1
