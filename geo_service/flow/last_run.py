"""What the last run left for this one: what it was made of, and what linking remembers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo_service import link
from geo_service.flow.locating import Settled
from geo_service.flow.neighbours import AreaNeighbours
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
    def of(cls, array: NDArray[Any]) -> About:
        """Read what :attr:`array` wrote."""
        said = json.loads(array.tobytes())
        return cls(**said | {"settled": Settled(**said["settled"])})


@dataclass(frozen=True)
class Recalled:
    """The last run and what it remembers."""

    run: Run
    about: About
    memory: link.Memory
    around: AreaNeighbours | None = None

    @classmethod
    def of(cls, store: Store, as_of: datetime) -> Recalled | None:
        """Read it, if there is anything that can be built upon as of `as_of`."""
        run = store.runs.latest()
        if run is None or run.as_of > as_of:
            return None
        arrays = store.runs.memory(run.run_id)
        if ABOUT not in arrays:
            return None
        around = AreaNeighbours.of_arrays(arrays)
        return cls(run, About.of(arrays[ABOUT]), link.memory_of(arrays), around)
