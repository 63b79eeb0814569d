"""How many tries to sign in are judged: scrypt takes a core for a tenth of a second.

Counts lie in each worker's memory: a worker allows its share of what all of them may.
"""

import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from flask import request
from flask_limiter import Limiter

from geo_service.web.base import desk
from geo_service.web.base.problems import TooSoon

WORKERS = 2
"""Processes that serve."""

SIGN_INS = 60
"""Tries to sign in that an address has in a minute, with all workers together."""

WAITING = 6
"""Tries of one worker that are judged, wait for it or for the store; others come again."""

_COME_AGAIN = 2
_TURNS = 64


def address() -> str:
    """Return the address of who asks.

    Behind a proxy that speaks https on this machine it is the one that the proxy saw.
    """
    own = request.remote_addr or ""
    if desk.desk().settings.https and is_loopback(own):
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or own
    return own


def is_loopback(address: str) -> bool:
    """Tell whether `address` is this very machine's."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _address_and_minute() -> str:
    # A minute of the clock that nobody sets: one set back would prolong what is counted.
    return f"{address()} {time.monotonic() // 60:.0f}"


limiter = Limiter(_address_and_minute, storage_uri="memory://")
sign_in_limit = limiter.limit(f"{SIGN_INS // WORKERS} per minute", methods=["POST"])


class Gate:
    """Few are let in, and of those one is judged at a time: a worker's threads are for pages."""

    def __init__(self, waiting: int = WAITING) -> None:
        self._room = BoundedSemaphore(waiting)
        self._turns = [Lock() for _ in range(_TURNS)]
        self.judging = Lock()

    @contextmanager
    def passing(self, name: str) -> Iterator[None]:
        """Wait for the turn among those who try `name`, and keep it until the store knows.

        Of three at once with the right password the third would else find the tries of the other
        two, not yet forgotten, and be told to wait.

        Raises
        ------
        TooSoon
            If too many are in.
        """
        if not self._room.acquire(blocking=False):
            raise TooSoon(_COME_AGAIN, "problems.http_429")
        try:
            with self._turns[hash(name) % _TURNS]:
                yield
        finally:
            self._room.release()


password_gate = Gate()
