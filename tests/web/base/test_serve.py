"""gunicorn is told what we need."""

import logging
import os
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from geo_service.web.base.serve import keep_house, keep_warm, options, warm
from tests.web.conftest import run_tables


def test_every_option_is_one_that_gunicorn_knows():
    config = Config()
    for name, value in options("127.0.0.1", 8000).items():
        config.set(name, value)
    assert config.address == [("127.0.0.1", 8000)]
    assert config.workers == 2
    assert config.threads == 8


@pytest.mark.parametrize("booted", [True, False])
def test_a_worker_that_served_ends_without_taking_python_down(monkeypatch, booted):
    ended = []
    monkeypatch.setattr(logging, "shutdown", lambda: ended.append("logs"))
    monkeypatch.setattr(os, "_exit", ended.append)
    options("127.0.0.1", 8000)["worker_exit"](None, SimpleNamespace(booted=booted))
    assert ended == (["logs", 0] if booted else [])


def test_addresses_of_version_six_are_bracketed():
    assert options("::1", 8000)["bind"] == "[::1]:8000"


def test_shapes_are_made_before_anybody_asks(app):
    warm(app)
    assert {"areas", "ground", "values", "rows"} <= set(app.extensions["geo_service"].memory.kept)


def test_a_store_that_cannot_be_read_does_not_stop_the_service(app, store, monkeypatch, caplog):
    def broken():
        raise OSError("gone")

    monkeypatch.setattr(store.areas, "version", broken)
    warm(app)
    assert "beforehand" in caplog.text


def test_a_new_run_is_made_ready_before_anybody_asks(app, store):
    kept = app.extensions["geo_service"].memory.kept
    seen = []

    def wait(_):
        seen.append({key[0] for key in kept["values"]})
        if len(seen) == 1:
            store.runs.save(run_tables())
        return len(seen) == 3

    keep_warm(app, wait)
    assert seen == [{"1"}, {"1", "2"}, {"1", "2"}]


def test_house_is_kept_when_it_is_time_by_another_process(app, monkeypatch, caplog):
    own, spawned, waits = app.extensions["geo_service"], [], []
    due = [False, True, OSError("gone"), True]

    def is_due(*_, **__):
        found = due.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def spawn(_settings, *words):
        spawned.append(words)
        return SimpleNamespace(wait=lambda: len(spawned) - 1)

    monkeypatch.setattr("geo_service.web.base.serve.is_due", is_due)
    monkeypatch.setattr("geo_service.flow.jobs.spawn", spawn)

    def wait(seconds):
        waits.append(seconds)
        return not due

    keep_house(own, wait)
    assert (len(waits), spawned) == (5, [("housekeeping",)] * 2)
    assert "could not keep house" in caplog.text
    assert "housekeeping ended with 1" in caplog.text


def test_a_store_that_is_gone_for_a_moment_is_asked_again(app, store, monkeypatch, caplog):
    def broken():
        raise OSError("gone")

    monkeypatch.setattr(store.changes, "mark", broken)

    def wait(_):
        monkeypatch.undo()
        return "values" in app.extensions["geo_service"].memory.kept

    keep_warm(app, wait)
    assert "new run" in caplog.text
