"""What turns the rebound figures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReboundParams:
    """Horizons and limits.

    Parameters
    ----------
    horizons
        Days within which a return counts.
    shown_horizon
        The one on the map and in the weekly rows.
    window_weeks
        How many weeks of closures a weekly figure rests on.
    least_n_eff
        Below this effective size there is "not enough data".
    recurrent_days
        Within how many days of its first verified closure a site's returns are counted, and how far
        medians are looked for.
    alike
        Classes of the map: an area is as all others while the probability, by its own fixes alone,
        that more come back than of all areas' fixes lies between these.
    excess_weeks
        Whose rebounds are held against the closings at risk.
    false_discovery
        Share of false alarms among what is hot by rebounds that is accepted.
    surely
        It is surely worse from this p_worse on.
    """

    horizons: tuple[int, ...] = (7, 30, 90)
    shown_horizon: int = 30
    window_weeks: int = 52
    least_n_eff: float = 5.0
    recurrent_days: int = 365
    alike: tuple[float, float] = (1 / 3, 2 / 3)
    surely: float = 0.8
    excess_weeks: int = 12
    false_discovery: float = 0.05

    def __post_init__(self) -> None:
        if self.shown_horizon not in self.horizons or min(self.horizons) <= 0:
            raise ValueError(
                f"horizons {self.horizons} must be positive and hold {self.shown_horizon}"
            )
        if self.window_weeks < 1 or self.least_n_eff <= 0:
            raise ValueError(f"window_weeks {self.window_weeks} and least_n_eff {self.least_n_eff}")
