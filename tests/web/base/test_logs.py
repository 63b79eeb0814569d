"""The log says who changed what, and holds no texts of people."""

import logging

import pytest

from geo_service.web.base.logs import to_file
from tests.web.conftest import sign_in, token

SECRET = "张三 13800000000"


@pytest.fixture
def log(tmp_path):
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    for one in before:
        root.removeHandler(one)
    handler = to_file(tmp_path)
    yield tmp_path / "service.log"
    for one in root.handlers[:]:
        root.removeHandler(one)
    handler.close()
    for one in before:
        root.addHandler(one)
    root.setLevel(level)


def test_a_change_names_who_made_it_and_reading_is_not_noted(client, log):
    sign_in(client, "supervisor")
    client.get("/board")
    body = {"crew_id": "C1", "area_id": "A1", "date": "2026-06-29", "note": SECRET}
    mark = token(client, "/board")
    answer = client.post("/api/assignments", json=body, headers={"X-CSRFToken": mark})
    assert answer.status_code < 400
    lines = log.read_text().splitlines()
    assert len(lines) == 2
    assert " INFO supervisor POST /sign-in 303 from 127.0.0.1" in lines[0]
    assert f" INFO supervisor POST /api/assignments {answer.status_code} from" in lines[1]
    assert SECRET not in log.read_text()


def test_a_wrong_try_does_not_write_what_was_typed(client, log):
    sign_in(client, "my password by mistake", "wrong password")
    assert " INFO - POST /sign-in 401 from 127.0.0.1" in log.read_text()
    assert "mistake" not in log.read_text()


def test_a_mistake_names_the_actor_and_not_what_was_being_written(as_role, store, log):
    with store.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE pending")
    client = as_role("inspector")
    body = {"category": "D01", "lon": 103.702, "lat": 36.002, "description": SECRET}
    mark = token(client, "/reports/new")
    answer = client.post("/api/reports", json=body, headers={"X-CSRFToken": mark})
    assert answer.status_code == 500
    told = log.read_text()
    assert "ERROR inspector POST /api/reports" in told
    assert "Traceback" in told
    assert SECRET not in told
