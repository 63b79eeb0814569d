"""What turns coverage."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CoverageParams:
    """Lengths.

    Parameters
    ----------
    step_m
        A track is asked for its area every so many metres.
    blind_days
        Nobody knows what happens in an area that was not watched for more than so many days: a
        problem that stays is still there at the next visit, one that comes and goes is not.
    trailing_weeks
        Weeks that a weekly row looks back.
    horizon_days
        Days after a verified closure for which a coverage-adjusted rate is given.
    least_n_eff
        With less there is no such rate.
    """

    step_m: float = 10.0
    blind_days: int = 7
    trailing_weeks: int = 4
    horizon_days: int = 30
    least_n_eff: float = 5.0

    def __post_init__(self) -> None:
        if self.step_m <= 0 or self.blind_days < 1 or self.trailing_weeks < 1:
            raise ValueError(f"lengths must be positive: {self}")
