"""The probabilities of 1,000 groups with their intervals, beside lifelines a group at a time.

lifelines goes with an older pandas than ours, so that it may live elsewhere: `PEER_PYTHON` (or
``--peer-python``) names an interpreter that has it. It takes milliseconds a group: a sample of the
groups is fitted, and its time multiplied. ``scipy.stats.ecdf`` gives the estimate alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import CensoredData, ecdf

from benchmarks.clock import RUNS, in_turn, seconds_of
from benchmarks.rows import AtLeast, Row
from geo_service.measure import Risk, by_length, risks_by_group

GROUPS, SPELLS = 1_000, 100_000
HORIZON, HORIZONS = 30.0, (7.0, 30.0, 90.0)
SAMPLE = 200
SEED = 20260629
CLOSE = 1e-9
PEER = Path(__file__).with_name("lifelines_peer.py")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Spells:
    """Spells by group, days whole so that many are equal."""

    group: NDArray[np.int64]
    days: Floats
    event: NDArray[np.bool_]

    @classmethod
    def drawn(cls) -> _Spells:
        rng = np.random.default_rng(SEED)
        group = np.sort(rng.integers(0, GROUPS, SPELLS))
        returns = np.ceil(rng.exponential(60, SPELLS))
        watched = np.ceil(rng.uniform(1, 200, SPELLS))
        return cls(group, np.minimum(returns, watched), returns <= watched)

    @property
    def edges(self) -> NDArray[np.int64]:
        return np.searchsorted(self.group, np.arange(GROUPS + 1)).astype(np.int64)


def measure() -> Iterator[Row]:
    """Yield the rows of Kaplan–Meier by group."""
    spells = _Spells.drawn()
    yield _beside_scipy(spells)
    yield _beside_lifelines(spells)


def _estimated(spells: _Spells, *horizons: float) -> list[Risk]:
    return risks_by_group(by_length(spells.days, spells.event, horizons), spells.group, GROUPS)


def _beside_scipy(spells: _Spells) -> Row:
    def peer() -> Floats:
        out = np.empty(GROUPS)
        for number, (start, end) in enumerate(pairwise(spells.edges)):
            one, ended = spells.days[start:end], spells.event[start:end]
            sample = CensoredData(uncensored=one[ended], right=one[~ended])
            out[number] = 1 - ecdf(sample).sf.evaluate(HORIZON)
        return out

    def ours() -> Floats:
        (risk,) = _estimated(spells, HORIZON)
        return risk.probability

    times = in_turn(
        ours, peer, same=lambda one, other: bool(np.allclose(one, other, rtol=0, atol=CLOSE))
    )
    return Row.of(
        "rebound_kaplan_meier",
        times.ours,
        peer="scipy.stats.ecdf, a group at a time",
        peer_times=times.peer,
        note=f"{GROUPS:,} groups, {SPELLS:,} spells",
    )


def _beside_lifelines(spells: _Spells) -> Row:
    def ours() -> list[Risk]:
        return _estimated(spells, *HORIZONS)

    name, asked = "rebound_lifelines", AtLeast(300)
    python = _interpreter()
    risks = ours()
    if python is None:
        taken = [seconds_of(ours) for _ in range(RUNS)]
        return Row.of(name, taken, note=f"peer not installed; asked {asked} lifelines")
    taken, theirs = [], []
    worst = 0.0
    for _ in range(RUNS):
        taken.append(seconds_of(ours))
        found, worst = _peer(python, spells, risks)
        theirs.append(found * GROUPS / SAMPLE)
    return Row.of(
        name,
        taken,
        peer="lifelines.KaplanMeierFitter, a group at a time",
        peer_times=theirs,
        asked=asked,
        note=f"{GROUPS:,} groups, {SPELLS:,} spells, {len(HORIZONS)} horizons; the peer's time is "
        f"that of {SAMPLE} groups, multiplied; survival and interval differ by at most {worst:.0e}",
    )


def _interpreter() -> str | None:
    if find_spec("lifelines") is not None:
        return sys.executable
    return os.environ.get("PEER_PYTHON")


def _peer(python: str, spells: _Spells, risks: list[Risk]) -> tuple[float, float]:
    """Return the seconds that lifelines takes for the sample, and the largest difference.

    Raises
    ------
    AssertionError
        If survival or interval differ: then the times say nothing.
    """
    edges = spells.edges[: SAMPLE + 1]
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "given.npz", Path(folder) / "found.npz"
        end = edges[-1]
        np.savez(
            given,
            days=spells.days[:end],
            event=spells.event[:end],
            edges=edges,
            horizons=np.array(HORIZONS),
        )
        subprocess.run([python, PEER, given, found], check=True)
        with np.load(found) as out:
            seconds = float(out["seconds"])
            theirs = {name: out[name] for name in ("survival", "low", "high")}
    worst = 0.0
    for place, risk in enumerate(risks):
        survival = theirs["survival"][:, place]
        # where nothing or everything returned there is no log-log interval; ours is Wilson's
        inner = (survival > 0) & (survival < 1)
        pairs = [(1 - risk.probability, "survival", np.ones(SAMPLE, dtype=bool))]
        pairs += [(1 - risk.high, "low", inner), (1 - risk.low, "high", inner)]
        for mine, name, counts in pairs:
            differ = np.abs(mine[:SAMPLE] - theirs[name][:, place])[counts]
            worst = max(worst, float(differ.max(initial=0.0)))
    if not worst <= CLOSE:
        raise AssertionError(f"ours and lifelines differ by {worst}")
    return seconds, worst
