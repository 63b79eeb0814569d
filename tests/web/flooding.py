"""A flood against the real server, and what becomes of everybody else meanwhile."""

from __future__ import annotations

import socket
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Event, Thread

import numpy as np

from benchmarks.load import Reader

GUESSERS = 24
HALVES = 64
PATIENCE_SECONDS = 1.0

HALF_HEADER = b"GET /casework HTTP/1.1\r\nHost: x\r\nAccept-"
HALF_BODY = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nname=x&pass"


@dataclass(frozen=True)
class Seen:
    """Seconds that pages and ``/healthz`` took, the slowest last; statuses of the guessers."""

    pages: list[float]
    health: list[float]
    guesses: Counter[int]

    def holds(self, patience: float = PATIENCE_SECONDS) -> bool:
        """Tell whether nobody was kept waiting."""
        return self.page_p95() <= patience and self.health[-1] <= patience

    def page_p95(self) -> float:
        """Return the seconds within which 95 % of the pages came."""
        return float(np.quantile(self.pages, 0.95))

    def __str__(self) -> str:
        return (
            f"page p95 {self.page_p95() * 1000:.0f} ms of {len(self.pages)}, "
            f"/healthz {self.health[-1] * 1000:.0f} ms at most of {len(self.health)}, "
            f"guesses {dict(self.guesses)}"
        )


def watch(reader: Reader, seconds: float, path: str = "/casework") -> Seen:
    """Ask for a page and ``/healthz`` by turns, on new connections as a stranger's would be."""
    times: dict[str, list[float]] = {path: [], "/healthz": []}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for address, taken in times.items():
            begun = time.monotonic()
            connection = HTTPConnection(reader.host, reader.port, timeout=30)
            connection.request("GET", address, headers=dict(reader.headers))
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, (address, answer.status)
            taken.append(time.monotonic() - begun)
            connection.close()
        time.sleep(0.02)
    return Seen(sorted(times[path]), sorted(times["/healthz"]), Counter())


@contextmanager
def guessing(reader: Reader, clients: int = GUESSERS) -> Iterator[Counter[int]]:
    """Let clients post wrong passwords one after another; gives the statuses they got."""
    over, statuses = Event(), Counter[int]()

    def guess(number: int) -> None:
        form = {"name": f"name{number}", "password": "wrong password", "csrf_token": reader.token}
        body = urllib.parse.urlencode(form)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        while not over.is_set():
            connection = HTTPConnection(reader.host, reader.port, timeout=30)
            connection.request("POST", "/sign-in", body, {**reader.headers, **kind})
            answer = connection.getresponse()
            answer.read()
            statuses[answer.status] += 1
            connection.close()

    threads = [Thread(target=guess, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join()


@contextmanager
def halves(reader: Reader, said: bytes, clients: int = HALVES) -> Iterator[None]:
    """Hold connections on which half a request was said."""

    def begin(_: int) -> socket.socket:
        connection = socket.create_connection((reader.host, reader.port), timeout=10)
        connection.sendall(said)
        return connection

    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(begin, range(clients)))
    try:
        yield
    finally:
        for connection in held:
            connection.close()


def under_guesses(reader: Reader, seconds: float) -> Seen:
    """Watch while passwords are guessed."""
    with guessing(reader) as statuses:
        seen = watch(reader, seconds)
    return Seen(seen.pages, seen.health, statuses)


def under_halves(reader: Reader, said: bytes, seconds: float) -> Seen:
    """Watch while connections hold half a request."""
    with halves(reader, said):
        return watch(reader, seconds)
