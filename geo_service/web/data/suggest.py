"""Which crew to propose for an area: one that works that day, can do it, has least, is nearest.

A rule one can say in a sentence; planning proper is another step.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.measure import to_metres, works_on


def has_skill(skills: object, skill: str | None) -> bool:
    """Tell whether a crew with these `skills` can do what `skill` asks.

    >>> has_skill("wash, haul", "haul"), has_skill(None, "haul"), has_skill(None, None)
    (True, False, True)
    """
    if not skill:
        return True
    return isinstance(skills, str) and skill in re.split(r"[\s,;，；、|]+", skills)


@dataclass(frozen=True)
class Candidates:
    """Crews of which the nearest is proposed: ids, and where each begins in metres, if known."""

    crew_ids: NDArray[np.object_]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def nearest(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[str | None]:
        """Return a crew's id for each point in metres, ``None`` where there is nobody."""
        if not len(self.crew_ids):
            return [None] * len(x)
        metres = np.hypot(x[:, None] - self.x[None, :], y[:, None] - self.y[None, :])
        nearest = np.where(np.isnan(metres), np.inf, metres).argmin(axis=1)
        return self.crew_ids[nearest].tolist()


def candidates(
    crews: pd.DataFrame, load: Mapping[str, int], day: date, skill: str | None, epsg: int
) -> Candidates:
    """Return the crews that work on `day`, can do it and have least to do.

    `load` is how many areas a crew has on that day already, none where it is not named; `skill`
    what the category asks of a crew, if anything; `epsg` the UTM zone for distances.
    """
    works = np.array([works_on(text, day) for text in crews["weekdays"]], dtype=bool)
    able = works & np.array([has_skill(text, skill) for text in crews["skills"]], dtype=bool)
    # Somebody without the skill is better than nobody: people see who it is and can change it.
    chosen = crews[able if able.any() else works].sort_values("crew_id", kind="stable")
    if chosen.empty:
        nowhere = np.zeros(0)
        return Candidates(np.zeros(0, dtype=object), nowhere, nowhere)
    has = np.array([load.get(crew_id, 0) for crew_id in chosen["crew_id"]])
    least = chosen[has == has.min()]
    x, y = to_metres(least["depot_lon"], least["depot_lat"], epsg)
    return Candidates(least["crew_id"].to_numpy(dtype=object), x, y)
