"""Many processes at one case and its neighbours at once: each thing is done once.

By twos they do the same under the same keys, as a phone that sends again what was not answered.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from geo_service import flow
from geo_service.casework import Actor
from geo_service.flow.check import faults_of
from geo_service.measure import to_degrees
from geo_service.store import Chain, PhotoFiles, Store, open_store
from geo_service.terms import BadInput, Conflict, NotAllowed, NotFound, Refused
from tests.flow.live.test_act import BEGIN, HOUR, INSPECTOR, LEADER, OFFICE, OTHER, Scene
from tests.link.sides import EPSG

PLACES = (0.0, 33.0, 66.0, 99.0, 260.0)
"""Metres along the alley: neighbours lie a little farther apart than the link distance."""

_REFUSALS = (BadInput, Conflict, NotAllowed, NotFound, Refused)
_KINDS = (
    *("fixed", "failed", "verified", "dispatched", "accepted", "returned", "noted", "cancelled"),
    *("reinstated", "merged", "split", "recategorised", "moved", "postponed", "withdrawn"),
)
_SAID: dict[str, dict[str, Any]] = {
    "dispatched": {"crew_id": "C1"},
    "returned": {"reason": "not_found"},
    "postponed": {"due_at": (BEGIN + timedelta(days=90)).isoformat()},
    "recategorised": {"category": "D01"},
}


def crowd(store: Store, folder: Path, processes: int, each: int) -> Counter[str]:
    """Let so many processes do `each` things; returns what came of how many.

    Raises
    ------
    AssertionError
        If something was done twice or lost, or cases are not what linking all at once gives.
    """
    scene = Scene(store, folder)
    for number, x in enumerate(PLACES, 1):
        scene.send(str(number), x)
    # one process that has read the program, and forks: the others need not
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    asked = [(store.url, folder, seed // 2, each) for seed in range(processes)]
    # unlike a pool of multiprocessing's, it tells of a process that died
    with ProcessPoolExecutor(processes, context) as pool:
        told = list(pool.map(_act, *zip(*asked, strict=True)))
    said = [one for lines in told for one in lines]
    assert len(said) == processes * each
    scene.now = max(scene.now, store.events.last_fact() or scene.now) + timedelta(days=1)
    _nothing_twice(scene, said)
    _as_all_at_once(scene, folder)
    kinds = {"E": "events", "R": "reports"}
    return Counter(kinds.get(word[0], word) for _, word in said)


def _nothing_twice(scene: Scene, said: list[tuple[str, str]]) -> None:
    log = scene.store.events.read()
    assert not log["idempotency_key"].duplicated().any()
    kept = dict(zip(log["idempotency_key"], log["event_id"], strict=True))
    events = {one for one in said if one[1][0] == "E"}
    # whoever was told of an event finds it, of the same key the same, and there is no other
    assert dict(events) == kept
    assert len(events) == len(kept)
    sent = {word for _, word in said if word[0] == "R"}
    first = {str(number + 1) for number in range(len(PLACES))}
    assert sorted(scene.store.reports.read(["report_id"])["report_id"]) == sorted(first | sent)


def _as_all_at_once(scene: Scene, folder: Path) -> None:
    store, files = scene.store, PhotoFiles(folder / "photos")
    assert faults_of(store, scene.chain, files) == []
    if store.pending.read().empty:
        found, made = scene.all_at_once()
        assert found == made
    flow.refresh(store, now=scene.now)
    assert faults_of(store, scene.chain, files) == []
    found, made = scene.all_at_once()
    assert found == made


def _act(url: str, folder: Path, seed: int, many: int) -> list[tuple[str, str]]:
    """Do `many` things drawn by `seed`; returns what was said to each key."""
    store, draw, told = open_store(url), Random(seed), []
    scene = Scene.__new__(Scene)
    scene.store, scene.chain = store, Chain(b"key", folder / "chain.log")
    for number in range(many):
        key = f"{seed}-{number}"
        # everybody's clock is the same for the same thing
        scene.now = BEGIN + timedelta(days=2) + number * HOUR + seed * HOUR / 60
        told.append((key, _said(scene, draw, key)))
    store.close()
    return told


def _said(scene: Scene, draw: Random, key: str) -> str:
    kind = draw.choice(_KINDS)
    case_id, other = draw.sample([str(n + 1) for n in range(len(PLACES))], 2)
    x, who = draw.uniform(-5, 105), draw.randrange(3)
    actor = {"accepted": LEADER, "returned": draw.choice((LEADER, OTHER))}.get(
        kind, (Actor(f"chief{who}", "supervisor"), OFFICE, INSPECTOR)[who]
    )
    if draw.random() < 0.2:
        at = (BEGIN + draw.random() * timedelta(days=2)).isoformat()
        return scene.send(f"R{key}", x, reported_at=at).report_id
    fields = {"note": key, **_SAID.get(kind, {})}
    if kind == "merged":
        fields["target_case_id"] = other
    elif kind == "moved":
        (lon,), (lat,) = to_degrees([570_000.0 + x], [3_990_000.0], EPSG)
        fields |= {"lon": float(lon), "lat": float(lat)}
    elif kind == "split":
        fields["report_ids"] = other
    try:
        answer = scene.act(case_id, kind, actor, key=key, **fields)
    except _REFUSALS as error:
        return type(error).__name__.lower()
    return answer.event_id
