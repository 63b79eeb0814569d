"""How time is taken: ours and the peer in turn, warm, several times; whole processes."""

from __future__ import annotations

import gc
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RUNS = 7


@dataclass(frozen=True)
class Timed:
    """Seconds of each run."""

    ours: list[float]
    peer: list[float]


def in_turn(
    ours: Callable[[], Any],
    peer: Callable[[], Any],
    *,
    same: Callable[[Any, Any], bool],
    runs: int = RUNS,
) -> Timed:
    """Time `ours` and `peer` in turn, after one run of each that does not count.

    Parameters
    ----------
    same
        Given both results, tells whether both did the same work.

    Raises
    ------
    AssertionError
        If they did not: then their times say nothing.
    """
    if not same(ours(), peer()):
        raise AssertionError("ours and the peer disagree: their times cannot be compared")
    times = Timed([], [])
    for _ in range(runs):
        times.ours.append(seconds_of(ours))
        times.peer.append(seconds_of(peer))
    return times


def seconds_of(work: Callable[[], Any]) -> float:
    """Return how long `work` takes."""
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@dataclass(frozen=True)
class Finished:
    """A process that has ended well: seconds, those of them on a core, and most memory held, MB."""

    seconds: float
    core_seconds: float
    peak_mb: float


def run_process(command: Sequence[str | Path], environ: Mapping[str, str]) -> Finished:
    """Run `command` to its end.

    Raises
    ------
    RuntimeError
        If it fails; with the end of what it said.
    """
    begun = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command],
        env=dict(environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        said = process.stderr.read() if process.stderr else b""
        # wait4 and not wait: only it tells how much memory the process held.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[-1]}: {said.decode(errors='replace')[-500:]}")
    return Finished(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)
