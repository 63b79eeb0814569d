"""How problems are spread: over categories, kinds of area, seasons, weekdays and hours.

The shares follow published counts of one year of such a campaign (ads 45,000; cars 36,606;
stalls 20,000; dirty spots 14,500), softened so that every category can be shown.
"""

from datetime import date, timedelta

import numpy as np

from geo_service.measure import Floats

DAYS = 104 * 7
"""Two years of whole weeks."""

BEFORE = 200
"""Days simulated before the first day shown, so that the first weeks look like the others."""

CATEGORIES = tuple(f"D{n:02d}" for n in range(1, 14))

SHARES = {
    "D01": 238, "D02": 138, "D03": 134, "D04": 142, "D05": 164, "D06": 58, "D07": 46,
    "D08": 2, "D09": 38, "D10": 18, "D11": 12, "D12": 7, "D13": 3,
}  # fmt: skip
"""Cases per mille."""

AFFINITY: dict[str, dict[str, int]] = {
    "D01": {"alley": 10, "compound": 7, "street": 4, "market": 4, "commercial": 5, "station": 8},
    "D02": {"alley": 10, "compound": 8, "market": 8, "street": 3, "plaza": 1},
    "D03": {"alley": 10, "compound": 8, "market": 10, "street": 3, "plaza": 3, "station": 3},
    "D04": {"market": 14, "street": 5, "commercial": 8, "station": 9, "alley": 6, "plaza": 5},
    "D05": {"street": 7, "alley": 6, "compound": 6, "commercial": 3, "market": 6, "station": 6},
    "D06": {"street": 5, "commercial": 8, "station": 9, "market": 8, "alley": 3, "plaza": 4},
    "D07": {"street": 8, "commercial": 6, "intersection": 3},
    "D08": {"toilet": 1},
    "D09": {"compound": 10, "alley": 3, "market": 6},
    "D10": {"street": 5, "alley": 6, "compound": 3},
    "D11": {"alley": 8, "compound": 6, "street": 2},
    "D12": {"compound": 6, "alley": 4, "street": 1},
    "D13": {"intersection": 40, "street": 1},
}
"""How often a spot of a kind of area has a category, relative to the other kinds."""

LINK_METRES = {code: 50 if code in ("D04", "D05", "D06") else 30 for code in CATEGORIES}

LIMIT_HOURS = {
    "D01": 4, "D02": 8, "D03": 4, "D04": 2, "D05": 3, "D06": 3, "D07": 4, "D08": 168,
    "D09": 8, "D10": 56, "D11": 56, "D12": 120, "D13": 1,
}  # fmt: skip

_SUMMER = {"D03": 35, "D04": 40, "D09": 25, "D02": 20, "D06": 20, "D01": 15, "D05": 12, "D13": 10}
"""Per cent by which July lies above the year's mean."""

_WEEKEND = {"D04": 125, "D06": 110, "D03": 100, "D13": 110, "D05": 95}
"""Saturday's and Sunday's rate in per cent of a working day's; 75 where none is given."""

_MARKET_DAY = {"D02": 170, "D03": 190, "D04": 200, "D05": 160, "D06": 150, "D09": 150}
"""Rate in per cent on days that end in 3, 6 or 9, at markets."""

HOURS: dict[str, str] = {
    "day": "0 0 0 0 0 0 2 5 10 12 11 8 5 6 9 10 9 7 4 2 1 1 0 0",
    "stalls": "0 0 0 0 0 1 5 9 9 7 6 7 6 4 4 5 7 11 13 12 8 4 1 0",
    "parking": "1 0 0 0 0 0 2 6 9 8 7 6 5 5 6 7 8 11 12 11 9 6 3 1",
}
"""How the hours of the local day share the reports."""

_HOURS_OF = {"D04": "stalls", "D05": "parking", "D06": "parking"}


def hours_of(category: str) -> list[int]:
    """Return the 24 weights of a category's day."""
    return [int(word) for word in HOURS[_HOURS_OF.get(category, "day")].split()]


def daily_rate(category: str, first: date, market: bool, trend: str) -> Floats:
    """Return the relative rate of each simulated day; 1 is the mean of an even year.

    `first` is the first day shown, `market` tells whether market days count; `trend` is ``""``,
    ``emerging`` (rising through the last 20 weeks) or ``fading`` (falling from the 16th to the
    8th last week, then all but gone).
    """
    start = first - timedelta(days=BEFORE)
    days = [start + timedelta(days=n) for n in range(BEFORE + DAYS)]
    of_year = np.array([day.timetuple().tm_yday for day in days])
    rate = 1.0 + _SUMMER.get(category, 0) / 100.0 * np.cos((of_year - 196) * (2 * np.pi / 365.25))
    weekday = np.array([day.weekday() for day in days])
    rate = rate * np.where(weekday >= 5, _WEEKEND.get(category, 75) / 100.0, 1.0)
    if market:
        busy = np.isin([day.day % 10 for day in days], [3, 6, 9])
        rate = rate * np.where(busy, _MARKET_DAY.get(category, 100) / 100.0, 0.8)
    left = (BEFORE + DAYS - 1 - np.arange(BEFORE + DAYS)) / 7.0
    if trend == "emerging":
        rate = rate * np.where(left < 20, 1.0 + 9.0 * (20 - left) / 20, 1.0)
    elif trend == "fading":
        rate = rate * np.clip((left - 8) / 8, 0.04, 1.0)
    return rate
