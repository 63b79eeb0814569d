"""What of the planted truth of the demo district is found, and how often what is not there.

Each seed is another district of two years with other places that rebound, emerge, fade and are
never visited. ``python -m benchmarks.demo_findings`` refreshes 20 of them in stores of their own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.many import judged
from geo_service import flow
from geo_service.demo import Demo, demo_district
from geo_service.measure import hamed_rao, local_midnight
from geo_service.store import Store, open_store

FIRST = 20
"""So many rows of the ranked list somebody reads."""
NULL = np.iinfo(np.uint16).max
WEEKS, LAGS, LEVEL, NO_Z = 26, 3, 0.05, np.iinfo(np.int16).min
SURE = 0.95
RISING, FALLING = ("new", "growing"), ("easing",)
RANKED = 5
"""Of the twelve that rebound so many in the mean are among the first; .6 would be by chance."""
PLANTED_FOUND, WORDS_WRONG = 2, 1
"""At least so many of three have their word in the mean, and at most so many others have one."""
LAYERS = ("rebound", "hotspots", "cases")

Keys = set[tuple[str, str]]


@dataclass(frozen=True)
class Found:
    """Of one district: area-categories, of the last week.

    Parameters
    ----------
    ranked
        Rebounding ones among the first 20 of the ranked list.
    ranked_wrong
        Others among as many first rows as there are rebounding ones.
    worse, worse_wrong
        Rebounding ones whose `p_worse` is above 0.95, and others.
    hot, hot_wrong
        Emerging ones that are hot, and others.
    rising, rising_wrong
        Emerging ones with a word for what comes up, and others.
    up, up_wrong
        Emerging ones whose Gi* has risen significantly in 26 weeks; share of all others.
    easing, easing_wrong
        Fading ones with the word for it, and others.
    down, down_wrong
        Fading ones whose Gi* has fallen significantly; share of all others.
    unseen
        Areas that nobody visits and that have no value on the map.
    clean
        Such areas of which any layer, or a weekly row, says something as if somebody had looked.
    unseen_wrong
        Areas that somebody visited in the four weeks and that have no value.
    """

    ranked: int
    ranked_wrong: int
    worse: int
    worse_wrong: int
    hot: int
    hot_wrong: int
    rising: int
    rising_wrong: int
    up: int
    up_wrong: float
    easing: int
    easing_wrong: int
    down: int
    down_wrong: float
    unseen: int
    clean: int
    unseen_wrong: int


def planted(demo: Demo, role: str) -> Keys:
    """Return the area-categories of a role."""
    return {(row["area_id"], row["category"]) for row in demo.truth[role]}


def judge(seed: int) -> Found:
    """Draw a district, refresh it and compare what is said with what was planted."""
    demo = demo_district(seed)
    now = local_midnight(demo.end, "Asia/Shanghai")
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'demo.sqlite'}")
        try:
            # no accounts: nobody signs in here
            flow.load_demo(store, replace(demo, people=demo.people.iloc[:0]), {}, now=now)
            flow.refresh(store, now=now)
            return compare(store, demo)
        finally:
            store.close()


def compare(store: Store, demo: Demo) -> Found:
    """Compare the last run of a store with the truth."""
    rebounding, emerging, fading = (
        planted(demo, role) for role in ("rebounding", "emerging", "fading")
    )
    rows = store.runs.week_rows(store.runs.latest().last_week)  # type: ignore[union-attr]
    rows = rows[rows["category"] != "*"]
    keys = pd.Series(list(zip(rows["area_id"], rows["category"], strict=True)), index=rows.index)

    def where(mask: pd.Series) -> Keys:
        return set(keys[mask.fillna(value=False).to_numpy(dtype=bool)])

    worse = where(rows["p_worse"] > SURE)
    hot = where(rows["hot"])
    rising = where(rows["pattern_word"].isin(RISING))
    easing = where(rows["pattern_word"].isin(FALLING))
    up, down, tested = trends(store)
    seen = unseen(store, demo, rows)
    return Found(
        ranked=len(where(rows["rank"] <= FIRST) & rebounding),
        ranked_wrong=len(where(rows["rank"] <= len(rebounding)) - rebounding),
        worse=len(worse & rebounding),
        worse_wrong=len(worse - rebounding),
        hot=len(hot & emerging),
        hot_wrong=len(hot - emerging),
        rising=len(rising & emerging),
        rising_wrong=len(rising - emerging),
        up=len(up & emerging),
        up_wrong=len(up - emerging) / max(tested - len(emerging), 1),
        easing=len(easing & fading),
        easing_wrong=len(easing - fading),
        down=len(down & fading),
        down_wrong=len(down - fading) / max(tested - len(fading), 1),
        **seen,
    )


def trends(store: Store) -> tuple[Keys, Keys, int]:
    """Return whose Gi* rises and falls over half a year, and of how many that is asked."""
    run = store.runs.latest()
    assert run is not None
    ids = np.array(store.runs.area_ids(), dtype=object)
    up: Keys = set()
    down: Keys = set()
    tested = 0
    for category in sorted(set(store.words.categories()["code"])):
        series = store.runs.series("cases", category)
        if series is None:
            continue
        z = _z(store, category, run.weeks[-WEEKS:])
        # of an area without a case nobody asks
        some = np.flatnonzero(series[:, -WEEKS:].sum(axis=1) > 0)
        found = hamed_rao(z[some], LAGS)
        sure = found.p < LEVEL
        tested += int(np.isfinite(found.p).sum())
        up |= {(one, category) for one in ids[some[sure & (found.s > 0)]]}
        down |= {(one, category) for one in ids[some[sure & (found.s < 0)]]}
    return up, down, tested


def _z(store: Store, category: str, weeks: Iterable[str]) -> NDArray[np.float64]:
    columns = []
    for week in weeks:
        values = store.runs.values("gi", category, week)
        assert values is not None
        columns.append(np.where(values[0] == NO_Z, np.nan, values[0] / 100))
    return np.stack(columns, axis=1)


def unseen(store: Store, demo: Demo, rows: pd.DataFrame) -> dict[str, int]:
    """Return how many unvisited areas have no value, how many have one, and who else has none.

    Nor may a row of an unvisited one say that anybody looked, or that it is hot.
    """
    run = store.runs.latest()
    assert run is not None
    ids = np.array(store.runs.area_ids(), dtype=object)
    never_ids = [row["area_id"] for row in demo.truth["unvisited"]]
    blank = np.ones(len(ids), dtype=bool)
    for category in ["*", *sorted(set(store.words.categories()["code"]))]:
        for layer in LAYERS:
            values = store.runs.values(layer, category, run.last_week)
            if values is not None:
                blank &= values == NULL
    said = rows[(rows["observed"] != "no") | rows["hot"]]
    blank &= ~np.isin(ids, said["area_id"].unique()) | ~np.isin(ids, never_ids)
    lately = demo.visits["started_at"] >= pd.Timestamp(run.as_of) - pd.Timedelta(days=28)
    visited = np.isin(ids, demo.visits.loc[lately, "area_id"].unique())
    never = np.isin(ids, never_ids)
    return {
        "unseen": int((never & blank).sum()),
        "clean": int((never & ~blank).sum()),
        "unseen_wrong": int((visited & blank).sum()),
    }


def means(found: Sequence[Found]) -> dict[str, float]:
    """Return the mean of each figure over districts."""
    return {
        field.name: float(np.mean([getattr(one, field.name) for one in found]))
        for field in fields(Found)
    }


def main(asked: Sequence[str] | None = None) -> int:
    """Print what is found in the mean and at the least; 1 where it is less than asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(asked)
    begun = time.perf_counter()
    seeds = range(1, given.seeds + 1)
    found = judged(judge, seeds, given.processes, bar="")
    for name, value in means(found).items():
        each = [getattr(one, name) for one in found]
        sys.stdout.write(f"{name:16}{value:8.3f}  {min(each):.3f} to {max(each):.3f}\n")
    mean = means(found)
    kept = mean["ranked"] >= RANKED and not any(one.clean for one in found)
    kept &= mean["rising"] >= PLANTED_FOUND and mean["easing"] >= PLANTED_FOUND
    kept &= mean["rising_wrong"] + mean["easing_wrong"] <= WORDS_WRONG
    sys.stdout.write("as asked\n" if kept else "less than asked\n")
    sys.stderr.write(f"{given.seeds} districts in {time.perf_counter() - begun:.0f} s\n")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
