"""How many requests, how long they took, how many failed: of all workers together."""

import mmap
import os
import time
from threading import Lock

import numpy as np
from flask import Flask, Response, g, request

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper edges of the classes of seconds; what took longer has a class of its own."""

_CLASSES = (1, 2, 3, 4, 5)
_SLOTS = 64
_MONITORS = "health."


class Counts:
    """Counters in memory that workers share; each writes a row of its own.

    A worker takes over the row of a dead one where it falls on it: no counter ever goes back.
    """

    def __init__(self) -> None:
        width = len(_CLASSES) + len(BOUNDS) + 2
        shared = mmap.mmap(-1, _SLOTS * width * 8)
        self._rows = np.frombuffer(shared, dtype=np.float64).reshape(_SLOTS, width)
        self._lock = Lock()

    def add(self, status: int, seconds: float) -> None:
        """Count an answer."""
        row = self._rows[os.getpid() % _SLOTS]
        with self._lock:
            row[min(max(status // 100, 1), 5) - 1] += 1
            row[len(_CLASSES) + int(np.searchsorted(BOUNDS, seconds))] += 1
            row[-1] += seconds

    def text(self) -> str:
        """Return them as Prometheus text."""
        sums = self._rows.sum(axis=0)
        by_class, taken = sums[: len(_CLASSES)], sums[len(_CLASSES) : -1].cumsum()
        name = "geo_service_requests_total"
        lines = [f"# TYPE {name} counter"]
        lines += [
            f'{name}{{status="{n}xx"}} {count:.0f}'
            for n, count in zip(_CLASSES, by_class, strict=True)
        ]
        name = "geo_service_errors_total"
        lines += [f"# TYPE {name} counter", f"{name} {by_class[-1]:.0f}"]
        name = "geo_service_request_seconds"
        lines.append(f"# TYPE {name} histogram")
        edges = [*map(str, BOUNDS), "+Inf"]
        lines += [
            f'{name}_bucket{{le="{edge}"}} {count:.0f}'
            for edge, count in zip(edges, taken, strict=True)
        ]
        lines += [f"{name}_sum {sums[-1]:.6f}", f"{name}_count {taken[-1]:.0f}"]
        return "\n".join(lines) + "\n"


def init_app(app: Flask, counts: Counts) -> None:
    """Count what `app` answers, but not the questions of monitors."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        if "begun" in g and not (request.endpoint or "").startswith(_MONITORS):
            counts.add(response.status_code, time.perf_counter() - g.begun)
        return response
