"""What happens at a site: a case, its fix, its verification, a rest, and the next case.

All sites take their n-th step at once; a site's next step needs only its last one.
"""

from datetime import date

import numpy as np
import pandas as pd

from geo_service.demo import mix
from geo_service.demo.draws import Draws
from geo_service.demo.mix import BEFORE, CATEGORIES, DAYS
from geo_service.demo.plant import PlantParams
from geo_service.measure import Floats, Ints

DAY = 1440
"""Minutes of a day; times here are minutes since the first simulated day's local midnight."""

END = (BEFORE + DAYS) * DAY
_NEVER = np.int64(1 << 40)
_STEPS = 40

_SPREAD = 6
"""Days over which a round's visit to one site is spread."""


def draw_sites(plan: pd.DataFrame, spots: dict[int, pd.DataFrame], seed: int) -> pd.DataFrame:
    """Choose the sites of each area-category among its spots and give each its pace.

    Columns are ``unit`` (row of the plan), the spot's and ``cycle``, the mean days from case to
    case.
    """
    draws = Draws(seed, "sites")
    per_site = np.where(plan["role"].to_numpy() == "", 3.5, 6.5)
    wanted = np.ceil(plan["cases"].to_numpy() / per_site)
    wanted = np.where(plan["role"] == "emerging", np.inf, wanted)
    number = np.clip(wanted, 1, plan["spots"].to_numpy()).astype(np.int64)
    pieces = []
    for link, table in spots.items():
        units = plan.index[plan["category"].map(mix.LINK_METRES) == link]
        pairs = pd.DataFrame({"unit": units, "area": plan.loc[units, "area"].to_numpy()})
        near = pairs.merge(table, on="area")
        near["order"] = draws.shuffled(len(near))
        near = near.sort_values(["unit", "order"], kind="stable")
        turn = near.groupby("unit").cumcount().to_numpy()
        pieces.append(near[turn < number[near["unit"].to_numpy()]])
    sites = pd.concat(pieces).sort_values(["unit", "order"], kind="stable", ignore_index=True)
    cases = plan["cases"].to_numpy()
    sites["cycle"] = (DAYS * number / cases)[sites["unit"].to_numpy()]
    return sites


def simulate(
    plan: pd.DataFrame, sites: pd.DataFrame, first: date, params: PlantParams, seed: int
) -> pd.DataFrame:
    """Return all cases of all sites, of the years shown, in order of site and time.

    Columns are ``site opened fixed verified`` in minutes (-1 where it never came about).
    """
    draws = Draws(seed, "renewal")
    unit = sites["unit"].to_numpy()
    category = plan["category"].map({c: n for n, c in enumerate(CATEGORIES)}).to_numpy()[unit]
    role = plan["role"].to_numpy(dtype=object)[unit]
    market = plan["kind"].to_numpy(dtype=object)[unit] == "market"
    clocks = _Clocks(category, market, role, first)
    hazard = params.rebound_hazard * np.where(role == "rebounding", params.times, 1.0)
    rest = np.where(role == "emerging", 31, params.rest_days)
    size = len(sites)
    luck = _Luck(unit, draws)
    # of all cases of a site the share exp(-hazard) is found on rounds, the rest are rebounds
    rounds = _Rounds(clocks, sites["cycle"].to_numpy() * np.exp(hazard), unit, draws)
    day = clocks.later(np.zeros(size), sites["cycle"].to_numpy() * luck.share(0))
    opened = _in_the_day(day, category, np.full(size, -1), draws)
    steps = []
    for step in range(_STEPS):
        fixed, verified = _closing(opened, category, draws)
        never = draws.happens(np.where(role == "", 42, 15), size)
        only_fixed = draws.happens(200, size) & never
        steps.append(
            pd.DataFrame(
                {
                    "site": np.arange(size),
                    "opened": opened,
                    "fixed": np.where(never & ~only_fixed, -1, fixed),
                    "verified": np.where(never, -1, verified),
                }
            )[opened < END]
        )
        after = np.where(never, np.maximum(opened, fixed) + 200 * DAY, verified)
        back = _rebound(after / DAY, hazard, -np.log(luck.share(step)), params)
        visit = rounds.next(after / DAY + rest, draws)
        day = np.where(never, after / DAY + draws.whole(0, 100, size), np.minimum(back, visit))
        opened = _in_the_day(day, category, after, draws)
        if (opened >= END).all():
            break
    cases = pd.concat(steps, ignore_index=True)
    cases = cases[cases["opened"] >= BEFORE * DAY]
    return cases.sort_values(["site", "opened"], kind="stable", ignore_index=True)


def settled(cases: pd.DataFrame, seed: int) -> pd.DataFrame:
    """End what was left lying: what nobody mended was not there, as somebody sees some days later.

    Of the last days whoever checks is through with all but the very last. Adds ``cancelled``, -1
    where it never was, and ``left``: whether it was left lying.
    """
    draws, size = Draws(seed, "settled"), len(cases)
    opened, fixed = cases["opened"].to_numpy(), cases["fixed"].to_numpy()
    verified = cases["verified"].to_numpy()
    left, gone = verified < 0, fixed < 0
    looked = _daytime(opened + draws.whole(DAY, 7 * DAY, size), draws.whole(0, 120, size))
    check = _daytime(fixed + draws.whole(DAY, 5 * DAY, size), draws.whole(0, 150, size))
    verified = np.where(left & ~gone, check, verified)
    soon = _daytime(fixed + draws.whole(200, DAY - 200, size), draws.whole(0, 150, size))
    waits = ~gone & (fixed < END - DAY) & (verified >= END)
    return cases.assign(
        verified=np.where(waits, soon, verified), cancelled=np.where(gone, looked, -1), left=left
    )


def _rebound(after: Floats, hazard: Floats, waiting: Floats, params: PlantParams) -> Floats:
    """Return the day of the rebound, infinite where the fix holds."""
    spent = waiting / hazard
    held = spent >= 1.0
    days = -params.rebound_days * np.log1p(-np.where(held, 0.0, spent))
    return np.where(held, np.inf, after + days)


class _Luck:
    """Luck that is spread evenly over the cases of an area-category.

    Each share is uniform; those of one unit follow the golden section, so that a unit of ten
    cases is neither very lucky nor very unlucky. A small place would else outdo, by chance
    alone, any truth that is planted.
    """

    def __init__(self, unit: Ints, draws: Draws) -> None:
        order = pd.Series(unit).groupby(unit)
        self._unit, self._draws = unit, draws
        self._turn = order.cumcount().to_numpy()
        self._sites = order.transform("size").to_numpy()
        self._start = draws.whole(0, 1 << 32, int(unit.max()) + 1)[unit]

    def share(self, step: int) -> Floats:
        """Return a number between 0 and 1 for each site's `step`-th case."""
        turn = np.empty_like(self._turn)
        # another order each step, or one site would be lucky for ever
        turn[np.lexsort((self._draws.shuffled(len(turn)), self._unit))] = self._turn
        number = step * self._sites + turn
        mixed = (self._start + number * 2654435769) % (1 << 32)
        return np.asarray((mixed + 0.5) / (1 << 32), dtype=np.float64)


class _Clocks:
    """Turns time in which rates are even into days, by category, market and trend."""

    def __init__(self, category: Ints, market: np.ndarray, role: np.ndarray, first: date) -> None:
        trend = np.where(np.isin(role, ["emerging", "fading"]), role, "")
        keys = list(zip(category.tolist(), market.tolist(), trend.tolist(), strict=True))
        self._members: list[tuple[Ints, Floats]] = []
        of = pd.Series(keys)
        for key, index in of.groupby(of).groups.items():
            code, at_market, towards = key
            rate = mix.daily_rate(CATEGORIES[code], first, at_market, towards)
            # past the end time runs on evenly
            spent = np.concatenate([[0.0], np.cumsum(rate), [rate.sum() + 4000.0]])
            self._members.append((np.asarray(index, dtype=np.int64), spent))

    def later(self, start: Floats, wait: Floats) -> Floats:
        """Return the day on which `wait` mean days have passed since day `start`."""
        until = self.spent(start) + wait
        out = np.empty(len(start))
        for index, spent in self._members:
            out[index] = np.interp(until[index], spent, self._days(spent))
        return out

    def spent(self, day: Floats) -> Floats:
        """Return how many mean days have passed until each `day`."""
        out = np.empty(len(day))
        for index, spent in self._members:
            out[index] = np.interp(day[index], self._days(spent), spent)
        return out

    @staticmethod
    def _days(spent: Floats) -> Floats:
        return np.concatenate([np.arange(len(spent) - 1.0), [len(spent) + 3998.0]])


class _Rounds:
    """The rounds on which new problems are met: each site once a round, one after another.

    Evenness makes sizes tell little: what a place has more than others in a month, it has from
    rebounds, season or trend.
    """

    def __init__(self, clocks: _Clocks, length: Floats, unit: Ints, draws: Draws) -> None:
        order = pd.Series(unit).groupby(unit)
        self._clocks, self._length = clocks, length
        place = order.cumcount().to_numpy() + draws.whole(0, 1000, int(unit.max()) + 1)[unit] / 1e3
        self._phase = place / order.transform("size").to_numpy()

    def next(self, day: Floats, draws: Draws) -> Floats:
        """Return the first visit after each site's `day`."""
        now = self._clocks.spent(day)
        visit = np.ceil(now / self._length - self._phase) + self._phase
        spread = draws.whole(0, _SPREAD * 1000, len(day)) / 1000.0
        return self._clocks.later(np.zeros(len(day)), visit * self._length + spread)


def _in_the_day(day: Floats, category: Ints, after: Ints, draws: Draws) -> Ints:
    """Return minutes on that day by the hours of each category, later than `after`."""
    hour = np.zeros(len(day), dtype=np.int64)
    for code, name in enumerate(CATEGORIES):
        mine = np.flatnonzero(category == code)
        hour[mine] = draws.weighted(mix.hours_of(name), len(mine))
    whole = np.floor(np.minimum(day, 1e6)).astype(np.int64)
    minute = whole * DAY + hour * 60 + draws.whole(0, 60, len(day))
    early = minute <= after
    # the same day was too early: the next has the same hours
    minute = np.where(early, (after // DAY + 1) * DAY + minute % DAY, minute)
    return np.minimum(minute, _NEVER)


def _closing(opened: Ints, category: Ints, draws: Draws) -> tuple[Ints, Ints]:
    """Return when each case is fixed and verified: by day, some late, one in twelve very late."""
    size = len(opened)
    limit = np.array([mix.LIMIT_HOURS[c] for c in CATEGORIES], dtype=np.int64)[category] * 60
    took = np.maximum(limit * draws.whole(150, 1100, size) // 1000, 15)
    late = draws.happens(85, size)
    took = np.where(late, limit + draws.whole(3 * 60, 9 * DAY, size), took)
    fixed = _daytime(opened + took, draws.whole(0, 120, size))
    check = np.where(
        draws.happens(550, size), draws.whole(90, 600, size), draws.whole(600, 4 * DAY, size)
    )
    return fixed, _daytime(fixed + check, draws.whole(0, 150, size))


def _daytime(minute: Ints, spread: Ints) -> Ints:
    """Move what falls between 20 and 7 o'clock to the next morning."""
    clock = minute % DAY
    morning = 7 * 60 + spread
    moved = np.where(clock >= 20 * 60, minute - clock + DAY + morning, minute - clock + morning)
    return np.where((clock >= 20 * 60) | (clock < 7 * 60), np.maximum(moved, minute), minute)
