"""What turns the verdict `hot` and the heat map."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HotspotParams:
    """Lengths and levels.

    Parameters
    ----------
    trailing_weeks
        Weeks whose cases are shown together, beside those expected.
    windows
        Lengths of the windows that are judged together, weeks.
    window_level
        A window whose own mid-P is at most this is told to have fired.
    history_weeks
        At most so many weeks say what is to be expected.
    gap_weeks
        So long before a window its history ends.
    least_history_weeks
        With fewer before the shown weeks there is no verdict.
    begun_weeks, begun_cases
        A source has begun, and is judged, once so many weeks hold so many cases each.
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
    windows: tuple[int, ...] = (1, 2, 4, 8)
    window_level: float = 0.01
    history_weeks: int = 52
    gap_weeks: int = 8
    least_history_weeks: int = 26
    begun_weeks: int = 26
    begun_cases: int = 25
    level_cases: float = 25.0
    false_discovery: float = 0.05
    cell_m: float = 100.0
    cell_days: int = 30

    def __post_init__(self) -> None:
        if self.trailing_weeks < 1 or self.least_history_weeks < 1 or self.level_cases <= 0:
            raise ValueError(f"weeks must be positive: {self}")
        if self.trailing_weeks not in self.windows:
            raise ValueError(f"the weeks that are shown are judged too: {self}")
        if not 0 < self.false_discovery < 1:
            raise ValueError(
                f"false_discovery is a share between 0 and 1, not {self.false_discovery}"
            )
