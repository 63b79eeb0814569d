"""What a benchmark yields, the table people read and the file that programs read."""

from __future__ import annotations

import json
import os
import platform
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

LIBRARIES = ("folium", "geopandas", "numba", "numpy", "pandas", "pyarrow", "scipy", "shapely")
COLUMNS = ("name", "ours", "peer", "peer seconds", "ratio", "asked", "holds", "note")


class Skip(Exception):
    """A benchmark cannot run here; says why."""


@dataclass(frozen=True)
class AtMost:
    """Asked: no more than so many seconds."""

    seconds: float

    def __str__(self) -> str:
        return f"≤ {self.seconds:g} s"

    def holds(self, row: Row) -> bool:
        """Tell whether `row` keeps it."""
        return row.ours_seconds <= self.seconds


@dataclass(frozen=True)
class AtLeast:
    """Asked: so many times as fast as the peer."""

    times: float

    def __str__(self) -> str:
        return f"≥ {self.times:g} ×"

    def holds(self, row: Row) -> bool:
        """Tell whether `row` keeps it."""
        return row.ratio is not None and row.ratio >= self.times


@dataclass(frozen=True)
class GrowthAtMost:
    """Asked: seconds grow with no more than this power of the size; `found` is what they do."""

    power: float
    found: float

    def __str__(self) -> str:
        return f"power ≤ {self.power:g}"

    def holds(self, row: Row) -> bool:  # noqa: ARG002 (asked of several sizes, not of one)
        """Tell whether it is kept."""
        return self.found <= self.power


@dataclass(frozen=True)
class SizeAtMost:
    """Asked: no more than so many kilobytes; `found` is how many there are."""

    kilobytes: float
    found: float

    def __str__(self) -> str:
        return f"≤ {self.kilobytes:g} kB"

    def holds(self, row: Row) -> bool:  # noqa: ARG002 (asked of what was made, not of its time)
        """Tell whether it is kept."""
        return self.found <= self.kilobytes


@dataclass(frozen=True)
class MemoryAtMost:
    """Asked: no more than so many megabytes."""

    megabytes: float

    def __str__(self) -> str:
        return f"≤ {self.megabytes:,g} MB"

    def holds(self, row: Row) -> bool:
        """Tell whether `row` keeps it."""
        return row.megabytes is not None and row.megabytes <= self.megabytes


@dataclass(frozen=True)
class All:
    """Asked: one thing and another."""

    parts: tuple[AtMost | AtLeast | MemoryAtMost, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.parts))

    def holds(self, row: Row) -> bool:
        """Tell whether `row` keeps each."""
        return all(part.holds(row) for part in self.parts)


@dataclass(frozen=True)
class AnsweredWithin:
    """Asked: no more than so many seconds, at no less than a rate, without an error."""

    seconds: float
    rate: float
    found_rate: float
    errors: int

    def __str__(self) -> str:
        return f"≤ {self.seconds:g} s at {self.rate:g}/s, no error"

    def holds(self, row: Row) -> bool:
        """Tell whether `row` keeps it."""
        kept = row.ours_seconds <= self.seconds and self.found_rate >= 0.99 * self.rate
        return kept and not self.errors


Asked: TypeAlias = (
    AtMost | AtLeast | GrowthAtMost | SizeAtMost | MemoryAtMost | All | AnsweredWithin
)


@dataclass(frozen=True)
class Row:
    """One figure.

    Parameters
    ----------
    name
        Begins with the benchmark's name.
    ours_seconds, peer_seconds
        Medians; the peer's missing where there is none.
    peer
        The usual way, in words.
    ratio
        How many times as fast as the peer.
    asked
        What was asked, in words; missing where the figure is for information.
    holds
        Whether what was asked is kept.
    runs
        Of how many runs the medians are.
    ours_spread, peer_spread
        Fastest and slowest run.
    note
        What else must be known to read the figure.
    megabytes
        The most memory that was held, where it is asked about.
    """

    name: str
    ours_seconds: float
    peer: str | None = None
    peer_seconds: float | None = None
    ratio: float | None = None
    asked: str | None = None
    holds: bool | None = None
    runs: int = 1
    ours_spread: tuple[float, float] | None = None
    peer_spread: tuple[float, float] | None = None
    note: str = ""
    megabytes: float | None = None

    @classmethod
    def of(
        cls,
        name: str,
        ours: Sequence[float],
        *,
        peer: str | None = None,
        peer_times: Sequence[float] = (),
        asked: Asked | None = None,
        note: str = "",
        megabytes: float | None = None,
    ) -> Row:
        """Make a row of the seconds of all runs.

        >>> Row.of("a_b", [1.0, 3.0, 2.0], peer_times=[8.0], asked=AtLeast(5)).holds
        False
        """
        seconds, theirs = median(ours), median(peer_times) if peer_times else None
        made = cls(
            name=name,
            ours_seconds=seconds,
            peer=peer,
            peer_seconds=theirs,
            ratio=None if theirs is None else theirs / seconds,
            asked=None if asked is None else str(asked),
            runs=len(ours),
            ours_spread=(min(ours), max(ours)),
            peer_spread=(min(peer_times), max(peer_times)) if peer_times else None,
            note=note,
            megabytes=megabytes,
        )
        return made if asked is None else cls(**{**vars(made), "holds": asked.holds(made)})

    def as_json(self) -> dict[str, Any]:
        """Return the row for results.json: seconds to the microsecond."""
        out = asdict(self)
        for key in ("ours_seconds", "peer_seconds", "ours_spread", "peer_spread"):
            out[key] = _rounded(out[key], 6)
        out["ratio"] = _rounded(out["ratio"], 3)
        out["megabytes"] = _rounded(out["megabytes"], 0)
        return out


def _rounded(value: Any, digits: int) -> Any:  # noqa: ANN401 (a number, several, or none)
    if value is None:
        return None
    if isinstance(value, tuple):
        return [round(part, digits) for part in value]
    return round(value, digits)


@dataclass(frozen=True)
class Machine:
    """How large the machine is and what it runs; nothing that names it."""

    cores: int
    memory_gb: float
    system: str
    python: str
    libraries: dict[str, str] = field(default_factory=dict)

    @classmethod
    def here(cls) -> Machine:
        """Describe this machine."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cls(
            cores=len(os.sched_getaffinity(0)),
            memory_gb=round(memory / 1e9, 1),
            system=f"{platform.system()} {platform.machine()}",
            python=platform.python_version(),
            libraries={name: _version(name) for name in LIBRARIES},
        )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def table(rows: Sequence[Row]) -> str:
    """Return `rows` as an aligned table.

    >>> print(table([Row.of("map_step", [0.031], asked=AtMost(0.1))]))
    name      ours     peer  peer seconds  ratio  asked    holds  note
    map_step  31.0 ms  –     –             –      ≤ 0.1 s  yes
    """
    return aligned([COLUMNS, *(_cells(row) for row in rows)])


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Return `lines` of equally many cells, each column as wide as its widest."""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (wide - _width(cell)) for cell, wide in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        figure(row.ours_seconds, row.megabytes),
        row.peer or "–",
        "–" if row.peer_seconds is None else duration(row.peer_seconds),
        "–" if row.ratio is None else f"{row.ratio:.2f} ×",
        row.asked or "–",
        {True: "yes", False: "NO", None: "–"}[row.holds],
        row.note,
    )


def figure(seconds: float, megabytes: float | None) -> str:
    """Write seconds, and the memory where it counts.

    >>> figure(12.34, 1234.5), figure(0.5, None)
    ('12.3 s, 1,234 MB', '500 ms')
    """
    return duration(seconds) + ("" if megabytes is None else f", {megabytes:,.0f} MB")


def duration(seconds: float) -> str:
    """Write seconds so that three digits are seen.

    >>> duration(0.0042), duration(0.42), duration(12.34)
    ('4.20 ms', '420 ms', '12.3 s')
    """
    value, unit = (seconds, "s") if seconds >= 1 else (seconds * 1000, "ms")
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f} {unit}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def write_results(
    path: Path,
    rows: Sequence[Row],
    machine: Machine,
    load: tuple[float, float],
    *,
    keep_others: bool = False,
) -> None:
    """Write results.json.

    Parameters
    ----------
    load
        Mean number of processes that wanted a core, before the run and after it.
    keep_others
        Leave rows of other names that the file holds as they are: not everything was run.
    """
    written = [row.as_json() for row in rows]
    if keep_others and path.exists():
        new = {row["name"]: row for row in written}
        before = json.loads(path.read_text(encoding="utf-8"))["rows"]
        # A benchmark that was run again may have other rows than it had.
        again = {_benchmark(row) for row in written}
        before = [row for row in before if row["name"] in new or _benchmark(row) not in again]
        known = {row["name"] for row in before}
        written = [new.get(row["name"], row) for row in before]
        written += [row for name, row in new.items() if name not in known]
    header = {**asdict(machine), "load_before": round(load[0], 2), "load_after": round(load[1], 2)}
    text = json.dumps({"machine": header, "rows": written}, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def _benchmark(row: dict[str, Any]) -> str:
    name: str = row["name"]
    return name.split("_")[0]
