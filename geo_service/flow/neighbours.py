"""Who neighbours whom, found once for a set of areas and kept with the runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.measure import Ints
from geo_service.measure.neighbours import Graph, NeighbourParams, Neighbours, neighbours_of
from geo_service.store import Store

_PREFIX = "around."
_KEY = "key"
_GRAPHS = ("contact", "touching", "nearest")
_PARTS = ("indptr", "indices", "islands")


@dataclass(frozen=True)
class AreaNeighbours:
    """Neighbours of a run's areas.

    Parameters
    ----------
    key
        A digest of what they were made of; where it is the same, they are.
    neighbours
        The graph of contacts and two others, areas in the order of the run's arrays.
    """

    key: str
    neighbours: Neighbours

    @property
    def islands(self) -> Ints:
        """Numbers of the areas that touch no other."""
        return self.neighbours.contact.islands

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """Arrays that :meth:`of_arrays` reads, by names of their own."""
        graphs = zip(_GRAPHS, self.neighbours.graphs, strict=True)
        named = {f"{name}.{part}": getattr(one, part) for name, one in graphs for part in _PARTS}
        named |= {_KEY: np.frombuffer(self.key.encode(), dtype=np.uint8)}
        return {_PREFIX + name: array for name, array in named.items()}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self | None:
        """Read what :attr:`arrays` wrote; None where there is nothing of it."""
        if _PREFIX + _KEY not in arrays:
            return None
        graphs = [
            Graph(*(arrays[f"{_PREFIX}{name}.{part}"] for part in _PARTS)) for name in _GRAPHS
        ]
        return cls(arrays[_PREFIX + _KEY].tobytes().decode(), Neighbours(*graphs))


def neighbours_of_areas(
    store: Store, area_ids: list[str], epsg: int, earlier: AreaNeighbours | None = None
) -> AreaNeighbours:
    """Return the neighbours of `area_ids`, in the order that arrays have.

    Distances are measured in the UTM zone `epsg`. No shape is read where `earlier`, what the last
    run had, is of the same areas.
    """
    params = NeighbourParams()
    said = (store.areas.version(), epsg, params, area_ids)
    key = blake2b(repr(said).encode(), digest_size=16).hexdigest()
    if earlier is not None and earlier.key == key:
        return earlier
    areas = pd.DataFrame(store.areas.read(ids=area_ids)).set_index("area_id")
    shapes = areas["geometry"].reindex(area_ids).to_numpy(dtype=object)
    return AreaNeighbours(key, neighbours_of(shapes, epsg, params))
