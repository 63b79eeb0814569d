"""What is asked of points and what is answered."""

from dataclasses import dataclass

from geo_service.measure import Floats, Ints


@dataclass(frozen=True)
class LocateParams:
    """How far outside an area a point may lie and still belong to it.

    Parameters
    ----------
    nearest_m
        Largest distance in metres to the nearest area.
    tie_m
        Areas this close to the nearest, in metres, are as near.
    """

    nearest_m: float = 30.0
    tie_m: float = 0.001

    def __post_init__(self) -> None:
        if self.nearest_m < 0 or self.tie_m < 0:
            raise ValueError(f"distances cannot be negative: {self.nearest_m}, {self.tie_m}")


@dataclass(frozen=True)
class Place:
    """Where points lie.

    Parameters
    ----------
    area
        Row number of the area, -1 where none; shape (n,).
    distance_m
        Metres to it, 0 inside and on its boundary, NaN where none; shape (n,).
    """

    area: Ints
    distance_m: Floats
