"""What turns the verdict `hot` and the heat map."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HotspotParams:
    """Lengths and levels.

    Parameters
    ----------
    trailing_weeks
        Weeks whose cases are judged and shown together.
    history_weeks
        At most so many weeks before them say what is to be expected.
    least_history_weeks
        With fewer there is no verdict.
    level_cases
        The district's level of a category leans towards no change as if so many cases said so.
    false_discovery
        Share of false alarms among the hot that is accepted.
    cell_m
        Side of a cell of the heat map, metres.
    cell_days
        Days whose cases a cell shows.
    """

    trailing_weeks: int = 4
    history_weeks: int = 52
    least_history_weeks: int = 26
    level_cases: float = 25.0
    false_discovery: float = 0.05
    cell_m: float = 100.0
    cell_days: int = 30

    def __post_init__(self) -> None:
        if self.trailing_weeks < 1 or self.least_history_weeks < 1 or self.level_cases <= 0:
            raise ValueError(f"weeks must be positive: {self}")
        if not 0 < self.false_discovery < 1:
            raise ValueError(
                f"false_discovery is a share between 0 and 1, not {self.false_discovery}"
            )
