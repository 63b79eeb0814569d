"""Blobs: arrays and frames as bytes, each content once, however many runs hold it."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, delete, select

from geo_service.store.bulk import insert_rows
from geo_service.store.schema import blobs, run_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOOKED_UP = 500
_QUICK = "lz4"
_PACKED = b"\x00LZ4"
_HEAD = 1024


def write_array(array: NDArray[Any]) -> bytes:
    """Return an array as bytes that say their own type and shape."""
    return zlib.compress(_saved(array), 1)


def read_array(data: bytes) -> NDArray[Any]:
    """Return the array that `write_array` wrote."""
    return np.load(io.BytesIO(zlib.decompress(data)), allow_pickle=False)


def write_packed(array: NDArray[Any]) -> bytes:
    """Return a large array as bytes, packed by what is quickest rather than smallest."""
    raw = _saved(array)
    size = len(raw).to_bytes(8, "little")
    return _PACKED + size + pa.compress(raw, codec=_QUICK, asbytes=True)


def read_pieces(pieces: Iterable[bytes]) -> NDArray[Any]:
    """Return one array of what `write_packed` wrote in pieces."""
    # a piece is looked at where it was unpacked: what is copied is copied once, into the whole
    return np.concatenate([_unpacked(data) for data in pieces])


def _unpacked(data: bytes) -> NDArray[Any]:
    if not data.startswith(_PACKED):  # of an older run
        return read_array(data)
    start = len(_PACKED)
    size = int.from_bytes(data[start : start + 8], "little")
    packed = memoryview(data)[start + 8 :]
    raw = pa.decompress(packed, decompressed_size=size, codec=_QUICK, asbytes=True)
    head = io.BytesIO(raw[:_HEAD])
    np.lib.format.read_magic(head)
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(head)
    order: Any = "F" if by_column else "C"
    array: NDArray[Any] = np.frombuffer(raw, dtype=dtype, offset=head.tell())
    return array.reshape(shape, order=order)


def write_table(table: pd.DataFrame) -> bytes:
    """Return a frame as Parquet, compressed by zstd; equal frames give equal bytes."""
    from pyarrow import parquet

    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    buffer = io.BytesIO()
    parquet.write_table(arrow, buffer, compression="zstd")
    return buffer.getvalue()


def read_table(data: bytes) -> pd.DataFrame:
    """Return the frame that `write_table` wrote."""
    from pyarrow import parquet

    return parquet.read_table(io.BytesIO(data)).to_pandas()


def _saved(array: NDArray[Any]) -> memoryview:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getbuffer()


def digest_of(data: bytes) -> bytes:
    """Return what a blob is called."""
    return hashlib.blake2b(data, digest_size=16).digest()


def write_blobs(connection: Connection, data: Mapping[bytes, bytes]) -> None:
    """Write those of `data`, blobs by their digests, that are not there yet."""
    digests = list(data)
    for start in range(0, len(digests), _LOOKED_UP):
        some = digests[start : start + _LOOKED_UP]
        query = select(blobs.c.digest).where(blobs.c.digest.in_(some))
        known = set(connection.execute(query).scalars())
        rows = [(one, data[one]) for one in some if one not in known]
        insert_rows(connection, blobs, ["digest", "data"], rows)


def read_blob(connection: Connection, digest: bytes) -> bytes:
    """Return the bytes of one blob."""
    query = select(blobs.c.data).where(blobs.c.digest == digest)
    return bytes(connection.execute(query).scalar_one())


def drop_orphans(connection: Connection, digests: Iterable[bytes]) -> None:
    """Delete those of `digests` that no run holds any more."""
    candidates = list(digests)
    for start in range(0, len(candidates), _LOOKED_UP):
        some = candidates[start : start + _LOOKED_UP]
        held = select(run_parts.c.run_id).where(run_parts.c.digest == blobs.c.digest)
        connection.execute(delete(blobs).where(blobs.c.digest.in_(some), ~held.exists()))
