"""Several processes at one case, and processes that are killed: nothing is lost or done twice."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager

import pytest

from geo_service.casework import Actor
from geo_service.flow.cases import case_file
from tests.flow.live.sending import ROOT
from tests.flow.live.test_act import Scene

ACTOR = """
import json, sys
from datetime import timedelta
from pathlib import Path
from geo_service.casework import Actor
from geo_service.store import open_store
from geo_service.terms import GeoServiceError
from tests.flow.live.test_act import Scene
store = open_store(sys.argv[1])
scene = Scene(store, Path(sys.argv[2]))
# a clock goes on from where the last process left it
scene.now = max(scene.now, store.events.last_fact() or scene.now)
name, first, many = sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
print("ready", flush=True)
sys.stdin.readline()
for number in range(first, first + many):
    scene.now += timedelta(days=1)
    kind = ("fixed", "failed")[number % 2]
    actor = Actor(f"{name}{number % 2}", "supervisor")
    try:
        answer = scene.act("1", kind, actor, key=f"{name}{number}", note="x")
        print(json.dumps([f"{name}{number}", answer.event_id]), flush=True)
    except GeoServiceError as error:
        print(json.dumps([f"{name}{number}", type(error).__name__]), flush=True)
"""
PROCESSES = 4
EACH = 4
KILLS = 2


@contextmanager
def acting(url, folder, name, first=0, many=EACH):
    process = subprocess.Popen(
        [sys.executable, "-c", ACTOR, url, str(folder), name, str(first), str(many)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def go(process):
    process.stdin.write("go\n")
    process.stdin.flush()


@pytest.fixture
def scene(store, tmp_path):
    scene = Scene(store, tmp_path)
    scene.send("1")
    return scene


def told_of(scene):
    """Return what the log holds of each key, and that nothing is wrong with it."""
    assert scene.store.events.faults(scene.chain) == []
    log = scene.store.events.read()
    assert not log["idempotency_key"].duplicated().any()
    return dict(zip(log["idempotency_key"], log["event_id"], strict=True))


def test_many_processes_at_one_case_do_each_thing_once(scene, tmp_path):
    names = "abcd"[:PROCESSES]
    with (
        acting(scene.store.url, tmp_path, "a") as one,
        acting(scene.store.url, tmp_path, "b") as two,
        acting(scene.store.url, tmp_path, "c") as three,
        acting(scene.store.url, tmp_path, "d") as four,
    ):
        processes = (one, two, three, four)
        for process in processes:
            go(process)
        said = [
            json.loads(line)
            for process in processes
            for line in process.communicate(timeout=100)[0].splitlines()
        ]
    assert len(said) == len(names) * EACH
    kept = told_of(scene)
    # whoever was told of an event finds it in the log, and nobody else
    assert {key: word for key, word in said if word.startswith("E0")} == kept
    assert {word for _, word in said if not word.startswith("E0")} <= {"Refused"}
    # a fix is followed by what fits it alone
    kinds = scene.store.events.read().sort_values("event_id")["kind"].tolist()
    assert kinds == (["fixed", "failed"] * len(kinds))[: len(kinds)]
    assert scene.state("1") == kinds[-1]


def test_a_process_that_is_killed_loses_nothing_it_answered(scene, tmp_path):
    said = {}
    for kill in range(KILLS):
        with acting(scene.store.url, tmp_path, "k", first=kill * 100, many=50) as process:
            go(process)
            for _ in range(2 + kill):
                key, word = json.loads(process.stdout.readline())
                said[key] = word
            process.kill()
    kept = told_of(scene)
    answered = {key: word for key, word in said.items() if word.startswith("E0")}
    assert answered.items() <= kept.items()
    # what was kept but not answered is answered when it is sent again
    for key, event_id in kept.items():
        number = int(key[1:])
        kind, actor = ("fixed", "failed")[number % 2], Actor(f"k{number % 2}", "supervisor")
        again = scene.act("1", kind, actor, key=key, note="x")
        assert (again.event_id, again.repeated) == (event_id, True)
    assert told_of(scene) == kept
    scene.now = scene.store.events.last_fact()
    found, made = scene.all_at_once()
    assert found == made
    assert case_file(scene.store, "1").case.reports == 1
