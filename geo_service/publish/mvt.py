"""Mapbox Vector Tile 2.1: polygons in a tile's own units, written as protobuf.

A protobuf message of small fields is a row of varints once the lengths within it are known. So
all numbers of a layer are put into one array, their lengths summed, and the array is written at
once; no loop passes over features.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo_service.measure import Ints

TILE_TYPE = "application/vnd.mapbox-vector-tile"

# Keys of fields: their number, shifted, and the wire type (0 a varint, 2 with its length).
_LAYER = 3 << 3 | 2
_VERSION, _NAME, _FEATURE, _KEY, _VALUE, _EXTENT = 15 << 3, 0x0A, 0x12, 0x1A, 0x22, 0x28
_ID, _TAGS, _TYPE, _GEOMETRY, _TEXT = 0x08, 0x12, 0x18, 0x22, 0x0A
_POLYGON = 3
_MOVE_ONE, _CLOSE = 1 << 3 | 1, 1 << 3 | 7
_GROUP = 7  # bits of a number in a byte


@dataclass(frozen=True)
class Rings:
    """Polygons as rings of whole numbers, without the closing point.

    Attributes
    ----------
    xy
        Corners, shape (n, 2): x to the right, y down. Exterior rings go clockwise as seen, holes
        the other way.
    ring
        Where each ring begins in `xy`, and the end, shape (rings + 1,).
    feature
        Where each feature begins among the rings, and the end, shape (features + 1,).
    """

    xy: Ints
    ring: Ints
    feature: Ints


def write_layer(
    name: str, rings: Rings, ids: Ints, key: str, codes: Ints, values: Sequence[str], extent: int
) -> bytes:
    """Return a tile of one layer of polygons, after the specification 2.1, sections 3 and 4.

    Parameters
    ----------
    ids
        A number a feature, shape (features,), none negative.
    key, codes, values
        The one property: its name, and for each feature the place of its text in `values`.
    extent
        Units along a side of the tile.
    """
    body = b"".join(
        (
            _number(_VERSION, 2),
            _bytes(_NAME, name.encode()),
            _features(rings, ids, codes),
            _bytes(_KEY, key.encode()),
            *(_bytes(_VALUE, _bytes(_TEXT, value.encode())) for value in values),
            _number(_EXTENT, extent),
        )
    )
    return _bytes(_LAYER, body)


def varints(numbers: Ints) -> bytes:
    """Write numbers ≥ 0 one after the other, seven bits a byte, the lowest first.

    >>> varints(np.array([1, 300])).hex()
    '01ac02'
    """
    if not len(numbers):
        return b""
    lengths = _lengths(numbers)
    end = np.cumsum(lengths)
    out = np.zeros(int(end[-1]), dtype=np.uint8)
    begin = end - lengths
    for byte in range(int(lengths.max())):
        has = lengths > byte
        low = numbers[has] >> _GROUP * byte & 0x7F
        out[begin[has] + byte] = low | (lengths[has] > byte + 1) << _GROUP
    return out.tobytes()


def _lengths(numbers: Ints) -> Ints:
    """Return how many bytes each number takes."""
    length = np.ones(len(numbers), dtype=np.int64)
    for byte in range(1, 10):
        more = numbers >= 1 << _GROUP * byte if byte < 9 else np.zeros(len(numbers), dtype=bool)
        if not more.any():
            break
        length += more
    return length


def _number(key: int, value: int) -> bytes:
    return varints(np.array([key, value]))


def _bytes(key: int, content: bytes) -> bytes:
    return _number(key, len(content)) + content


def _features(rings: Rings, ids: Ints, codes: Ints) -> bytes:
    total = len(ids)
    if not total:
        return b""
    geometry, begins = _commands(rings)
    size = _sums(_lengths(geometry), begins)
    # id, tags (of key 0 the value `code`), type, geometry with its length
    zero = np.zeros(total, dtype=np.int64)
    tags = 1 + _lengths(codes)
    head = [zero + _ID, ids, zero + _TAGS, tags, zero, codes, zero + _TYPE, zero + _POLYGON]
    head += [zero + _GEOMETRY, size]
    whole = np.sum([_lengths(part) for part in head], axis=0) + size
    table = np.column_stack([zero + _FEATURE, whole, *head])

    width = table.shape[1]
    counts = np.diff(begins)
    start = np.arange(total) * width + begins[:-1]
    out = np.empty(table.size + len(geometry), dtype=np.int64)
    out[start[:, None] + np.arange(width)] = table
    out[np.arange(len(geometry)) + np.repeat((np.arange(total) + 1) * width, counts)] = geometry
    return varints(out)


def _commands(rings: Rings) -> tuple[Ints, Ints]:
    """Return the commands of all features and where each feature's begin, and the end.

    A ring is: move to its first corner, a line to each other, close. Corners are told from the
    one before, also over the border of rings; each feature begins anew at the tile's corner.
    """
    corners = np.diff(rings.ring)
    first = rings.ring[rings.feature[:-1]]
    step = np.diff(rings.xy, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    step[first] = rings.xy[first]
    zigzag = step << 1 ^ step >> 63

    begin = np.concatenate([[0], np.cumsum(2 * corners + 3)])
    out = np.empty(int(begin[-1]), dtype=np.int64)
    out[begin[:-1]] = _MOVE_ONE
    out[begin[:-1] + 3] = (corners - 1) << 3 | 2
    out[begin[1:] - 1] = _CLOSE
    within = np.arange(len(rings.xy)) - np.repeat(rings.ring[:-1], corners)
    place = np.repeat(begin[:-1], corners) + 1 + 2 * within + (within > 0)
    out[place], out[place + 1] = zigzag[:, 0], zigzag[:, 1]
    return out, begin[rings.feature]


def _sums(values: Ints, begins: Ints) -> Ints:
    total = np.concatenate([[0], np.cumsum(values)])
    return np.asarray(total[begins[1:]] - total[begins[:-1]])
