"""A memory as plain arrays, so that a store can keep it, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geo_service.link.grid import Grid
from geo_service.link.memory import Memory
from geo_service.link.rows import Ids, Rows, Words, texts_of
from geo_service.link.standing import Cases

Arrays = dict[str, NDArray[Any]]


def arrays_of(memory: Memory) -> Arrays:
    """Return all that `memory` holds, by name."""
    rows = memory.rows
    out: Arrays = {"words": _text([list(names) for names in memory.words])}
    out["id_ends"], out["id_letters"] = _split(rows.report_id)
    out |= {f"row_{name}": getattr(rows, name) for name in Rows._fields[1:]}
    out |= {f"case_{name}": getattr(memory.cases, name) for name in Cases._fields}
    if memory.grid is not None:
        out |= {f"grid_{name}": getattr(memory.grid, name) for name in Grid._fields}
    return out | {
        "end": np.array([memory.end], dtype=np.int64),
        "closes": memory.closes,
        "case": memory.case,
        "link": memory.link,
        "state": memory.state,
    }


def memory_of(arrays: Mapping[str, NDArray[Any]]) -> Memory:
    """Return the memory that :func:`arrays_of` laid out."""
    rows = {name: arrays[f"row_{name}"] for name in Rows._fields[1:]}
    words = json.loads(bytes(arrays["words"].tobytes()).decode())
    return Memory(
        rows=Rows(_joined(arrays["id_ends"], arrays["id_letters"]), **rows),
        words=Words(*(tuple(names) for names in words)),
        end=int(arrays["end"][0]),
        closes=arrays["closes"],
        case=arrays["case"],
        link=arrays["link"],
        cases=Cases(**{name: arrays[f"case_{name}"] for name in Cases._fields}),
        state=arrays["state"],
        grid=_grid_of(arrays),
    )


def _grid_of(arrays: Mapping[str, NDArray[Any]]) -> Grid | None:
    if "grid_x" not in arrays:
        return None
    return Grid(**{name: arrays[f"grid_{name}"] for name in Grid._fields})


def _text(value: object) -> NDArray[Any]:
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), dtype=np.uint8)


def _split(ids: Ids) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return where each text ends and the letters of all."""
    texts = texts_of(ids)
    _, offsets, letters = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    all_letters = np.frombuffer(letters, dtype=np.uint8) if letters else np.empty(0, np.uint8)
    return ends - ends[0], all_letters[ends[0] : ends[-1]]


def _joined(ends: NDArray[np.int64], letters: NDArray[np.uint8]) -> Ids:
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(letters)]
    return pd.array(pa.LargeStringArray.from_buffers(len(ends) - 1, *buffers[1:]), dtype="str")
