"""How time is taken: ours and the peer in turn, warm, several times; whole processes."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
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
        peak = _Peak(process.pid)
        said = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[-1]}: {said.decode(errors='replace')[-500:]}")
    # one that ended before anybody looked held little
    held = peak.megabytes or usage.ru_maxrss / 1000
    return Finished(seconds, usage.ru_utime + usage.ru_stime, held)


class _Peak:
    """Looks after the most memory that a process held, which the kernel keeps while it lives.

    What `wait4` tells counts the memory of this process as well, which the other one was for a
    moment before it began.
    """

    def __init__(self, pid: int) -> None:
        self.megabytes = 0.0
        self._status = Path(f"/proc/{pid}/status")
        Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while True:
            try:
                told = self._status.read_text()
            except OSError:
                return
            found = re.search(r"VmHWM:\s+(\d+) kB", told)
            if found is None:
                return
            self.megabytes = max(self.megabytes, int(found[1]) * 1024 / 1e6)
            time.sleep(0.02)
