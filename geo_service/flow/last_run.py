"""What the last run left for this one: what it was made of, and what linking remembers."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geo_service.flow.locating import Settled
from geo_service.flow.neighbours import AreaNeighbours
from geo_service.link import Cases, Ids, Ints, Memory, Rows, Words, texts_of
from geo_service.store import Run, Store

ABOUT = "about"
"""Under this name :class:`About` is remembered."""


@dataclass(frozen=True)
class About:
    """What has to be as it was for a week's figures to stand.

    Parameters
    ----------
    key
        Of :class:`~geo_service.flow.basis.Basis`.
    first
        When the first report came, microseconds.
    categories
        Those that occur.
    settled
        What was known of places.
    """

    key: str
    first: int
    categories: list[str]
    settled: Settled

    @property
    def array(self) -> NDArray[np.uint8]:
        """Its letters."""
        return np.frombuffer(json.dumps(asdict(self)).encode(), dtype=np.uint8)

    @classmethod
    def of(cls, array: NDArray[Any]) -> Self:
        """Read what :attr:`array` wrote."""
        said = json.loads(array.tobytes())
        return cls(**said | {"settled": Settled(**said["settled"])})


@dataclass(frozen=True)
class LastRun:
    """The last run and what it remembers."""

    run: Run
    about: About
    memory: Memory
    around: AreaNeighbours | None = None

    @property
    def settled(self) -> Settled:
        """What was known of places."""
        return self.about.settled

    @classmethod
    def of(cls, store: Store) -> Self | None:
        """Read it, if there is one that can be built upon."""
        run = store.runs.latest()
        if run is None:
            return None
        arrays = store.runs.memory(run.run_id)
        if ABOUT not in arrays:
            return None
        around = AreaNeighbours.of_arrays(arrays)
        return cls(run, About.of(arrays[ABOUT]), memory_of(arrays), around)


def arrays_of(memory: Memory) -> dict[str, NDArray[Any]]:
    """Return all that `memory` holds as plain arrays, by name."""
    rows = memory.rows
    words = json.dumps(memory.words, ensure_ascii=False).encode()
    out: dict[str, NDArray[Any]] = {"words": np.frombuffer(words, dtype=np.uint8)}
    out["id_ends"], out["id_letters"] = _split(rows.report_id)
    out |= {f"row_{name}": getattr(rows, name) for name in Rows._fields[1:]}
    out |= {f"case_{name}": getattr(memory.cases, name) for name in Cases._fields}
    end = np.array([memory.end], dtype=np.int64)
    return out | {"end": end, "case": memory.case, "link": memory.link, "state": memory.state}


def memory_of(arrays: Mapping[str, NDArray[Any]]) -> Memory:
    """Return the memory that :func:`arrays_of` laid out."""
    rows = {name: arrays[f"row_{name}"] for name in Rows._fields[1:]}
    words = json.loads(bytes(arrays["words"].tobytes()).decode())
    return Memory(
        rows=Rows(_joined(arrays["id_ends"], arrays["id_letters"]), **rows),
        words=Words(*(tuple(names) for names in words)),
        end=int(arrays["end"][0]),
        case=arrays["case"],
        link=arrays["link"],
        cases=Cases(**{name: arrays[f"case_{name}"] for name in Cases._fields}),
        state=arrays["state"],
    )


def _split(ids: Ids) -> tuple[Ints, NDArray[np.uint8]]:
    """Return where each text ends and the letters of all."""
    texts = texts_of(ids)
    _, offsets, letters = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    all_letters = np.frombuffer(letters, dtype=np.uint8) if letters else np.empty(0, np.uint8)
    return ends - ends[0], all_letters[ends[0] : ends[-1]]


def _joined(ends: Ints, letters: NDArray[np.uint8]) -> Ids:
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(letters)]
    return pd.array(pa.LargeStringArray.from_buffers(len(ends) - 1, *buffers[1:]), dtype="str")
