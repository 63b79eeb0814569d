"""Few passwords are judged at once, and few of one address in a minute."""

import time
from contextlib import ExitStack
from threading import Event, Thread

import pytest

from geo_service.web.base.limits import SIGN_INS, WORKERS, Gate
from geo_service.web.base.problems import TooSoon
from tests.web.conftest import sign_in, token


def test_of_one_name_one_passes_others_wait_and_the_rest_are_told_to_come_again():
    gate, inside, done, passed = Gate(waiting=3), Event(), Event(), []

    def hold():
        with gate.passing("wang"):
            inside.set()
            done.wait(60)
        passed.append("first")

    def follow():
        with gate.passing("wang"):
            passed.append("second")

    first = Thread(target=hold)
    first.start()
    assert inside.wait(5)
    second = Thread(target=follow)
    second.start()
    while gate._room._value > 1:
        time.sleep(0.001)
    other = next(name for name in "abcd" if hash(name) % 64 != hash("wang") % 64)
    with gate.passing(other), pytest.raises(TooSoon), gate.passing("wang"):
        pass
    assert not passed
    done.set()
    first.join()
    second.join()
    assert sorted(passed) == ["first", "second"]
    with gate.passing("wang"):
        assert gate._room._value == 2


def test_whoever_finds_it_full_is_told_when_to_come_again(client, monkeypatch):
    with ExitStack() as full:
        gate = Gate(waiting=1)
        full.enter_context(gate.passing("li"))
        monkeypatch.setattr("geo_service.web.pages.auth.password_gate", gate)
        answer = sign_in(client, "viewer")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert sign_in(client, "viewer").status_code == 303


def post(client, csrf, address, name):
    return client.post(
        "/sign-in",
        data={"name": name, "password": "wrong password", "csrf_token": csrf},
        environ_base={"REMOTE_ADDR": address},
    )


def test_an_address_has_its_share_of_tries_and_others_have_theirs(client, monkeypatch):
    minutes = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: 60 * minutes[0])
    csrf, share = token(client), SIGN_INS // WORKERS
    tried = [post(client, csrf, "10.0.0.1", f"n{n}").status_code for n in range(share)]
    assert tried == [401] * share
    late = post(client, csrf, "10.0.0.1", "another")
    assert (late.status_code, late.headers["Retry-After"]) == (429, "60")
    assert post(client, csrf, "10.0.0.2", "n1").status_code == 401
    # The next minute is another, whatever the clock on the wall was set to meanwhile.
    monkeypatch.setattr(time, "time", lambda: 1e9)
    minutes[0] += 1
    assert post(client, token(client), "10.0.0.1", "another").status_code == 401
