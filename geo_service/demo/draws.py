"""Draws that come out the same on every machine: raw integers of one bit generator."""

from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo_service.measure import Floats, Ints

_FINE = 1 << 31


class Draws:
    """A stream of draws for one subject of one seed.

    Only whole numbers are drawn: their stream is guaranteed by numpy, that of its floating
    distributions is not. Another subject has another stream, so that one part of the district can
    change without moving the others.
    """

    def __init__(self, seed: int, subject: str) -> None:
        self._bits = np.random.PCG64([seed, crc32(subject.encode())])

    def whole(self, low: int, high: int, size: int | tuple[int, ...]) -> Ints:
        """Return whole numbers from `low` to `high` - 1.

        >>> draw = Draws(1, "dice").whole(1, 7, 100)
        >>> int(draw.min()), int(draw.max())
        (1, 6)
        """
        count = int(np.prod(size))
        raw = np.asarray(self._bits.random_raw(count), dtype=np.uint64)
        span = np.uint64(high - low)
        return (raw % span).astype(np.int64).reshape(size) + low

    def one(self, low: int, high: int) -> int:
        """Return one whole number from `low` to `high` - 1."""
        return int(self.whole(low, high, 1)[0])

    def happens(self, permille: ArrayLike, size: int) -> NDArray[np.bool_]:
        """Return flags that are true `permille` times in a thousand."""
        return self.whole(0, 1000, size) < np.asarray(permille)

    def bell(self, spread: int, size: int) -> Ints:
        """Return bell-shaped whole numbers about 0, at most 3 `spread` away."""
        return np.asarray(self.whole(-spread, spread + 1, (size, 3)).sum(axis=1), dtype=np.int64)

    def waiting(self, size: int) -> Floats:
        """Return exponential waiting times of mean 1."""
        return np.asarray(-np.log((self.whole(0, _FINE, size) + 0.5) / _FINE), dtype=np.float64)

    def weighted(self, weights: ArrayLike, size: int) -> Ints:
        """Return positions drawn in proportion to whole `weights`."""
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        drawn = self.whole(0, int(edges[-1]), size)
        return np.asarray(np.searchsorted(edges, drawn, side="right"), dtype=np.int64)

    def shuffled(self, size: int) -> Ints:
        """Return 0 … `size` - 1 in some order."""
        return np.argsort(self.whole(0, _FINE, size), kind="stable").astype(np.int64)
