"""Sends requests at their moments, however slow the answers are, and takes the times.

A process of its own: ``python -m benchmarks.sender PLAN``. The plan is JSON, and so is what it
prints. A time counts from the moment at which a request was to be sent, not from when there was
room to send it: a server that stands still for a second makes all requests of that second late.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_LIMIT_SECONDS = 30.0


@dataclass(frozen=True)
class Request:
    """One request of a plan.

    Parameters
    ----------
    at
        Seconds after the start.
    kind
        What it is, for the figures.
    method, path, body
        As they are sent.
    headers
        Beyond those of all requests.
    expect
        The status that is right.
    """

    at: float
    kind: str
    path: str
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    expect: int = 200


@dataclass(frozen=True)
class Plan:
    """All requests, in the order of their moments, and how they are sent."""

    host: str
    port: int
    headers: dict[str, str]
    requests: list[Request]
    connections: int = 32

    def write(self, path: Path) -> None:
        """Write the plan as JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Read what `write` wrote."""
        values = json.loads(path.read_text(encoding="utf-8"))
        values["requests"] = [Request(**one) for one in values["requests"]]
        return cls(**values)


@dataclass(frozen=True)
class Sent:
    """What came of one request.

    Parameters
    ----------
    at
        Its moment.
    seconds
        From then to the last byte of its answer.
    late
        How long after its moment it was sent: the sender's own delay, part of `seconds`.
    size
        Bytes of the body.
    """

    kind: str
    at: float
    seconds: float
    late: float
    size: int
    error: str = ""


class _Closed(Exception):
    """The server ended a kept connection before it saw the request."""


class _Wire:
    """One connection; answers are read to their end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.used = False

    @classmethod
    async def to(cls, plan: Plan) -> _Wire:
        return cls(*await asyncio.open_connection(plan.host, plan.port, limit=1 << 20))

    def fresh(self) -> bool:
        return not self.reader.at_eof() and not self.writer.is_closing()

    async def ask(self, message: bytes) -> tuple[int, int, bool]:
        """Send and read; returns status, bytes of the body, and whether the wire goes on."""
        try:
            self.writer.write(message)
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if self.used and not getattr(error, "partial", b""):
                raise _Closed from error
            raise
        self.used = True
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ", 2)[1])
        given = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        goes_on = given.get("connection", "").lower() != "close"
        if status in (204, 304):
            return status, 0, goes_on
        if given.get("transfer-encoding", "").lower() == "chunked":
            return status, await self._chunks(), goes_on
        size = int(given["content-length"])
        await self.reader.readexactly(size)
        return status, size, goes_on

    async def _chunks(self) -> int:
        total = 0
        while True:
            size = int(await self.reader.readline(), 16)
            await self.reader.readexactly(size + 2)
            if size == 0:
                return total
            total += size


class _Pool:
    """Connections that are kept; a request takes any that is free, as different readers would."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._free: deque[_Wire] = deque()
        self._drawn = random.Random(1)

    async def open(self) -> None:
        self._free.extend([await _Wire.to(self._plan) for _ in range(self._plan.connections)])

    async def close(self) -> None:
        for wire in self._free:
            wire.writer.close()
            await wire.writer.wait_closed()

    async def ask(self, message: bytes, again: bool) -> tuple[int, int]:
        """Send and read; returns status and size."""
        while True:
            wire = await self._take()
            try:
                status, size, goes_on = await wire.ask(message)
            except _Closed:
                # As browsers do where a kept connection was ended in the meantime.
                if not again:
                    raise
                continue
            except BaseException:
                wire.writer.close()
                raise
            if goes_on:
                self._free.append(wire)
            else:
                wire.writer.close()
            return status, size

    async def _take(self) -> _Wire:
        while self._free:
            self._free.rotate(self._drawn.randrange(len(self._free)))
            wire = self._free.pop()
            if wire.fresh():
                return wire
            wire.writer.close()
        return await _Wire.to(self._plan)


async def send(plan: Plan) -> list[Sent]:
    """Send all of `plan` at its moments."""
    pool = _Pool(plan)
    await pool.open()
    common = "".join(f"{name}: {value}\r\n" for name, value in plan.headers.items())
    begun = time.perf_counter() + 0.2
    tasks = []
    for request in plan.requests:
        message = _message(plan, request, common)
        wait = begun + request.at - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(_sent(pool, request, message, begun + request.at)))
    sent = [await task for task in tasks]
    await pool.close()
    return sent


async def _sent(pool: _Pool, request: Request, message: bytes, due: float) -> Sent:
    late = time.perf_counter() - due
    error, size = "", 0
    try:
        asked = pool.ask(message, again=request.method == "GET")
        status, size = await asyncio.wait_for(asked, _LIMIT_SECONDS)
        if status != request.expect:
            error = f"{status} instead of {request.expect}: {request.method} {request.path}"
    except Exception as wrong:  # noqa: BLE001 (each is a figure)
        error = f"{type(wrong).__name__}: {request.method} {request.path}"
    return Sent(request.kind, request.at, time.perf_counter() - due, late, size, error)


def _message(plan: Plan, request: Request, common: str) -> bytes:
    body = request.body.encode()
    own = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    length = f"Content-Length: {len(body)}\r\n" if body or request.method != "GET" else ""
    head = f"{request.method} {request.path} HTTP/1.1\r\nHost: {plan.host}:{plan.port}\r\n"
    return f"{head}{common}{own}{length}\r\n".encode("latin-1") + body


def main(arguments: list[str]) -> dict[str, Any]:
    """Send the plan in the file named; returns what came of each request."""
    plan = Plan.read(Path(arguments[0]))
    return {"sent": [asdict(one) for one in asyncio.run(send(plan))]}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
