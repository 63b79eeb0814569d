"""The parts of a run as bytes, made before its transaction begins."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_service.store.blobs import write_array, write_packed, write_table
from geo_service.store.run_tables import RunTables
from geo_service.store.schema import FROZEN, MEMORY
from geo_service.store.week_rows import AREA_WORDS, write_week
from geo_service.terms import FRAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIECE = 1 << 17

Part = tuple[tuple[str, str, str, str], bytes | None]


def encoded(tables: RunTables) -> Iterator[Part]:
    """Yield all parts as bytes, None where one is as it was."""
    yield ("areas", "", "", ""), write_table(tables.areas[list(AREA_WORDS)].astype("str"))
    yield ("rates", "", "", ""), write_table(FRAMES["rates"].conform(tables.rates))
    # most arrays are equal to others, empty ones above all: each is compressed once
    written: dict[bytes, bytes] = {}
    for some in tables.weekly:
        for week, columns in some.rows:
            yield ("week", "", "", week), write_week(columns)
        for week, columns in some.risks:
            yield ("risks", "", "", week), write_week(columns)
        for (layer, category, week), array in some.values:
            said = repr((array.dtype.str, array.shape)).encode() + array.tobytes()
            key = blake2b(said, digest_size=16).digest()
            if key not in written:
                written[key] = write_array(array)
            yield ("value", layer, category, week), written[key]
    for name, category, array in tables.series:
        yield ("series", name, category, ""), write_packed(array)
    labels = dict(tables.labels)
    if tables.record is not None:
        labels[""] = tables.record(labels)
    for week, label in labels.items():
        yield (FROZEN, "", "", week), as_json(label).encode()
    # in pieces, so that those which a few facts leave as they were need not be written again
    for name, array in tables.memory.items():
        # without an earlier run to take pieces from, each is written
        before = None if tables.earlier is None else tables.recalled.get(name)
        for number, start in enumerate(range(0, max(len(array), 1), _PIECE)):
            piece = array[start : start + _PIECE]
            as_before = before is not None and _same(before[start : start + _PIECE], piece)
            data = None if as_before else write_packed(piece)
            yield (MEMORY, name, "", f"{number:06d}"), data


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    # by their bits: no number is equal to what is not one
    bits = f"u{one.dtype.itemsize}"
    return np.array_equal(one.view(bits), other.view(bits))


def as_json(value: object) -> str:
    """Write a value as text that is the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
