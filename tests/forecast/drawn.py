"""Drawn districts: sites that come back, some of them again and again."""

import numpy as np

from geo_service.forecast import Past
from geo_service.forecast.past import DAY_US, NEVER


def past_of(**given):
    """Return cases of which some columns are told, times in days."""
    count = len(given["opened"])
    columns = {name: np.zeros(count, dtype=np.int64) for name in Past._fields}
    for name in ("closed", "back", "due"):
        columns[name] = np.full(count, NEVER)
    for name, values in given.items():
        column = np.array(values)
        if name in ("opened", "closed", "back", "until", "due"):
            days = column.astype(np.float64)
            known = days < days.dtype.type(NEVER)
            column = np.full(count, NEVER)
            column[known] = (days[known] * DAY_US).astype(np.int64)
        columns[name] = column
    if "until" not in given:
        columns["until"] = np.minimum(columns["closed"], columns["back"])
    return Past(**columns)


def district(seed, areas=60, weeks=150):
    """Return (past, cases, rebounds, home) of one category: pairs 0..areas−1 are the sums.

    A chronic site is back after weeks, another after months or never. The second half of the areas
    is busy, but what is solved there mostly stays so.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for site in range(areas * 30):
        busy = site % areas >= areas // 2
        if not busy and site >= areas * 8:
            continue
        bad = rng.random() < (0.01 if busy else 0.3)
        at, earlier, last = rng.uniform(0, weeks * 7), 0, None
        while at < weeks * 7:
            closed = at + rng.uniform(2, 10)
            back = closed + rng.exponential(40 if bad else 900)
            again = back < weeks * 7
            rows.append(
                (
                    at,
                    closed,
                    back if again else NEVER,
                    site,
                    earlier,
                    last is not None and last < 90,
                )
            )
            last, at, earlier = back - closed, back, earlier + 1
    rows.sort(key=lambda row: row[0])
    opened, closed, back, site, earlier, rebound = (list(one) for one in zip(*rows, strict=True))
    area = np.array(site) % areas
    past = past_of(
        opened=opened,
        closed=closed,
        back=back,
        site=site,
        earlier=earlier,
        whole=area,
        pair=area + areas,
        rebound=rebound,
    )
    week = (np.array(opened) // 7).astype(int)
    cases = np.zeros((2 * areas, weeks), dtype=np.int32)
    rebounds = cases.copy()
    for pair in (area, area + areas):
        np.add.at(cases, (pair, week), 1)
        np.add.at(rebounds, (pair, week), np.array(rebound, dtype=np.int32))
    return past, cases, rebounds, np.tile(np.arange(areas), 2)


def edges_of(weeks):
    """Return the edges of so many weeks, microseconds."""
    return np.arange(weeks + 1) * 7 * DAY_US
