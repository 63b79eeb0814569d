"""Estimates of many groups as columns of RATES."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.measure import Flags, Floats, Ints, Risk, pooled, shrink

DAY = np.timedelta64(86_400_000_000, "us")


def days_of(spells: pd.DataFrame) -> Floats:
    """Return the length of each spell, days."""
    return ((spells["ended_at"] - spells["started_at"]) / DAY).to_numpy(dtype=np.float64)


def drawn(
    risks: Sequence[Risk], family: Ints, shown: int, asked: Sequence[int]
) -> tuple[list[Floats], Floats]:
    """Return areas' figures drawn towards all areas of their family.

    Of `risks`, one a horizon, figures are asked of the horizons `asked`, `worse` of the one
    `shown`; `family` is the number of each area's.

    Returns
    -------
    figures
        Probability, low and high of each horizon, shape (3, groups); NaN without any size.
    worse
        How surely each exceeds 1.5 times its family's level.
    """
    events = np.stack([risks[h].events for h in asked], axis=1)
    n_eff = np.stack([risks[h].n_eff for h in asked], axis=1)
    level = pooled(events, n_eff, family, int(family.max(initial=0)) + 1)
    level[:, np.array(asked) != shown] = np.nan  # of the others nobody asks
    # which groups get a figure is decided at the horizon shown, for all horizons
    found = shrink(events, n_eff, family, level, least=0.0)
    figures = [np.full((3, len(family)), np.nan) for _ in risks]
    for column, h in enumerate(asked):
        figures[h][:] = found.probability[:, column], found.low[:, column], found.high[:, column]
    return figures, found.worse[:, list(asked).index(shown)]


def figure_columns(
    name: str,
    horizons: Sequence[int],
    risks: Sequence[Risk],
    figures: Sequence[Floats],
    enough: Flags,
) -> dict[str, NDArray[np.generic]]:
    """Return `{name}s_h p_{name}_h p_{name}_h_low p_{name}_h_high` of each horizon h."""
    out: dict[str, NDArray[np.generic]] = {}
    for horizon, risk, three in zip(sorted(horizons), risks, figures, strict=True):
        out[f"{name}s_{horizon}"] = risk.events
        for end, values in zip(("", "_low", "_high"), three, strict=True):
            out[f"p_{name}_{horizon}{end}"] = np.where(enough, values, np.nan)
    return out
