"""The real server is killed between receipt and answer, and what was sent is sent again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any, NamedTuple, Self

import pandas as pd

from benchmarks.load import NAME, PASSWORD, Reader
from benchmarks.service import COMMAND, Service, wait_until_ready
from geo_service.flow import refresh
from geo_service.store import Store, open_store
from tests.flow.city import fill, row
from tests.flow.live.sending import all_at_once
from tests.intake.photos import drawn
from tests.web.conftest import cheaply_hashed

DOORS = ("event", "queue", "photo", "assignment")
AT_ONCE = 3
"""So many events a phone sends at once."""

_CREWS = ("C1", "C2")
_AREAS = ("A1", "B1", "M1")
_JSON = {"Content-Type": "application/json"}


class Asked(NamedTuple):
    """A request, and the keys under which what it does is known."""

    door: str
    path: str
    body: bytes
    headers: dict[str, str]
    keys: tuple[str, ...]


def asked(door: str, number: int) -> Asked:
    """Return the how-manieth request of a door: what it does no other does."""
    key, crew = f"{door}{number}", _CREWS[number % 2]
    if door == "photo":
        picture = drawn(colour=tuple(number * one % 256 for one in (53, 97, 151)))
        head = f'--x\r\nContent-Disposition: form-data; name="photo"; filename="{number}.jpg"'
        body = head.encode() + b"\r\n\r\n" + picture + b"\r\n--x--\r\n"
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        return Asked(door, "/api/photos", body, kind | {"Idempotency-Key": key}, (key,))
    event = {"kind": "dispatched", "crew_id": crew, "note": key}
    if door == "event":
        headers = _JSON | {"Idempotency-Key": key}
        return Asked(door, "/api/cases/e1/events", _json(event), headers, (key,))
    if door == "queue":
        keys = tuple(f"{key}-{one}" for one in range(AT_ONCE))
        each = [event | {"case_id": "e2", "idempotency_key": one} for one in keys]
        return Asked(door, "/api/events", _json({"events": each}), _JSON, keys)
    day = datetime.now(UTC).date() + timedelta(days=2 + number)
    what = {"area_id": _AREAS[number % 3]} if number % 2 else {"case_ids": [f"a{number}"]}
    body = _json({"crew_id": crew, "date": day.isoformat(), "state": "published", **what})
    return Asked(door, "/api/assignments", body, _JSON, (f"{crew} {day}",))


def _json(said: Any) -> bytes:
    return json.dumps(said).encode()


def filled(url: str, folder: Path, requests: int) -> Service:
    """Fill a store with cases for so many requests of a door, crews and an account."""
    service = Service.within(folder)
    service = replace(service, environ=service.environ | {"GEO_SERVICE_DB": url})
    names = ["e1", "e2", *(f"a{number}" for number in range(requests))]
    rows = [
        row(name, "2026-03-10 08:00", (103.75 + number % 40 / 1000, 36.05 + number // 40 / 1000))
        for number, name in enumerate(names)
    ]
    with closing(open_store(url)) as store:
        fill(store, folder, rows)
        crews = [{"crew_id": one, "name": one} for one in _CREWS]
        store.crews.upsert(pd.DataFrame(crews))
        now = datetime.now(UTC)
        refresh(store, now=now)
        store.accounts.add(NAME, "supervisor", cheaply_hashed(PASSWORD), None, now)
    return service


@dataclass
class Server:
    """The service as it runs, with the processes that it began."""

    process: subprocess.Popen[bytes]
    reader: Reader

    @classmethod
    def begin(cls, service: Service, reader: Reader | None = None) -> Self:
        """Start it; who signed in before is signed in still."""
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        with (service.folder / "serve.log").open("ab") as log:
            process = subprocess.Popen(
                [*COMMAND, "serve", "--port", str(port)],
                env=service.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(f"{address}/readyz", process)
            known = Reader.at(address) if reader is None else replace(reader, port=port)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return cls(process, known)

    def kill(self) -> None:
        """Take all its processes away at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def send(self, one: Asked, patience: float = 60.0) -> tuple[int, Any]:
        """Send a request; returns status and what was said, 0 and None where nothing came."""
        connection = HTTPConnection("127.0.0.1", self.reader.port, timeout=patience)
        headers = {**self.reader.headers, "Accept-Encoding": "identity", **one.headers}
        headers |= {"X-CSRFToken": self.reader.token}
        with closing(connection):
            try:
                connection.request("POST", one.path, one.body, headers)
                answer = connection.getresponse()
                return answer.status, json.loads(answer.read())
            except (OSError, HTTPException, ValueError):
                return 0, None


def killed(url: str, folder: Path, kills: int, seed: int = 1) -> Counter[str]:
    """Kill the server so many times; returns what was answered, kept without an answer, or lost.

    Raises
    ------
    AssertionError
        If something that was answered is not there, or something sent twice is there twice.
    """
    service, draw, came = filled(url, folder, 2 * kills), Random(seed), Counter[str]()
    server, sent = Server.begin(service), list[Asked]()
    with closing(open_store(url)) as store:
        try:
            for number in range(kills):
                door = DOORS[number % len(DOORS)]
                # the one before tells how long it takes, and that a server that came back serves
                before, one = asked(door, 2 * number), asked(door, 2 * number + 1)
                if door == "assignment" and number % 8 > 4:
                    before, one = one, before
                begun = time.monotonic()
                assert server.send(before)[0] in (200, 201)
                took = time.monotonic() - begun
                timer = Timer(draw.uniform(0, 1.3 * took), server.kill)
                timer.start()
                status, said = server.send(one)
                timer.join()
                kept = _kept(store, one)
                assert all(kept) or not status, f"{one.keys}: answered {status}, and lost"
                came[f"{door} {'answered' if status else 'kept' if all(kept) else 'lost'}"] += 1
                server = Server.begin(service, server.reader)
                _again(store, server, one, kept, said)
                sent += [before, one]
        finally:
            server.kill()
        _each_once(store, sent)
        found, made = all_at_once(store, datetime.now(UTC) + timedelta(seconds=1))
        assert found == made
    service.run("check")
    return came


def _again(store: Store, server: Server, one: Asked, kept: list[str | None], said: Any) -> None:
    """Send it again: what is there already stays what it was."""
    status, answer = server.send(one)
    new, known = {"event": (201, 200), "assignment": (201, 409)}.get(one.door, (None, None))
    assert status == (known if kept[0] else new) or new is None, (one.keys, status, answer)
    after = _kept(store, one)
    assert all(now == (then or now) and now for now, then in zip(after, kept, strict=True))
    for told in (said, answer):
        if told is not None and one.door != "assignment":
            assert _ids(told) == after, one.keys


def _ids(answer: Any) -> list[str]:
    """Return the ids of what an answer says was kept."""
    if "photo_id" in answer:
        return [answer["photo_id"]]
    return [each["event_id"] for each in answer.get("answers", [answer])]


def _kept(store: Store, one: Asked) -> list[str | None]:
    """Return the id of what is kept under each key of a request, None where nothing is."""
    if one.door == "photo":
        found = [store.photos.by_key(NAME, key) for key in one.keys]
        return [None if photo is None else photo.photo_id for photo in found]
    if one.door == "assignment":
        rows = [store.assignments.of(day, crew) for crew, day in map(str.split, one.keys)]
        assert all(len(found) <= 1 for found in rows)
        return [next(iter(found["assignment_id"]), None) for found in rows]
    events = [store.events.by_key(NAME, key) for key in one.keys]
    return [None if event is None else event["event_id"] for event in events]


def _each_once(store: Store, sent: list[Asked]) -> None:
    keys = Counter(store.events.read()["idempotency_key"].dropna())
    events = [key for one in sent if one.door in ("event", "queue") for key in one.keys]
    assert keys == Counter(events)
    # a photo, as any two of these differ
    assert len(store.photos.all()) == sum(one.door == "photo" for one in sent)
    given = [one for one in sent if one.door == "assignment"]
    cases = store.events.read()["case_id"].str.startswith("a").sum()
    assert cases == sum(b"case_ids" in one.body for one in given)
    for one in given:
        assert all(_kept(store, one)), one.keys
