"""A second reading of Mapbox Vector Tiles, from the specification, plainly and number by number."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import shapely


@dataclass
class Feature:
    id: int
    properties: dict
    rings: list


@dataclass
class Layer:
    version: int = 1
    name: str = ""
    extent: int = 4096
    features: list = field(default_factory=list)


def fields(data):
    """Yield number and content of each field: a number, or bytes."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        elif key & 7 == 2:
            length = number()
            assert at + length <= len(data), "a length beyond the end"
            yield key >> 3, data[at : at + length]
            at += length
        else:
            size = {1: 8, 5: 4}[key & 7]
            yield key >> 3, struct.unpack("<d" if size == 8 else "<f", data[at : at + size])[0]
            at += size


def packed(data):
    """Return the numbers of a packed field."""
    out, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            out.append(value)
            value = shift = 0
    assert shift == 0, "a number without its end"
    return out


def rings(commands):
    """Walk the commands of a polygon; each ring moves, draws, closes."""
    found, x, y, at = [], 0, 0, 0
    while at < len(commands):
        assert commands[at] == (1 << 3 | 1), "a ring begins by moving once"
        ring = []
        for _ in range(2):
            count = commands[at] >> 3
            at += 1
            for _ in range(count):
                dx, dy = ((n >> 1) ^ -(n & 1) for n in commands[at : at + 2])
                x, y, at = x + dx, y + dy, at + 2
                ring.append((x, y))
            if len(ring) == 1:
                assert commands[at] & 7 == 2, "then it draws lines"
        assert commands[at] == (1 << 3 | 7), "and closes"
        at += 1
        assert ring[0] != ring[-1], "the first corner is not repeated"
        found.append(ring)
    return found


def read(data):
    """Return the one layer of a tile."""
    ((number, content),) = fields(data)
    assert number == 3
    layer, keys, values, features = Layer(), [], [], []
    for number, part in fields(content):
        if number == 15:
            layer.version = part
        elif number == 1:
            layer.name = part.decode()
        elif number == 2:
            features.append(dict(fields(part)))
        elif number == 3:
            keys.append(part.decode())
        elif number == 4:
            ((sort, text),) = fields(part)
            assert sort == 1
            values.append(text.decode())
        elif number == 5:
            layer.extent = part
    for parts in features:
        assert parts[3] == 3, "a polygon"
        tags = packed(parts[2])
        named = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
        layer.features.append(Feature(parts[1], named, rings(packed(parts[4]))))
    return layer


def twice_area(ring):
    """Return the surveyor's formula: positive is an outer ring."""
    after = [*ring[1:], ring[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, after, strict=True))


def shape(feature):
    """Return a feature's geometry in the tile's units, y down."""
    polygons = []
    for ring in feature.rings:
        if twice_area(ring) > 0:
            polygons.append((ring, []))
        else:
            polygons[-1][1].append(ring)
    return shapely.multipolygons([shapely.Polygon(outer, holes) for outer, holes in polygons])
