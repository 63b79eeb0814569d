"""The order of the list and each site's risk, on the past of three real cities.

``python -m benchmarks.ranking``: Chicago, Queens and Boston from their files, squares of 250 m, one
refresh each; what the run keeps of its trials, how expected rebounds are calibrated, and for
Chicago the logistic model of sites, learned from before 2013 and judged on what came after.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from geo_service import flow, forecast, link
from geo_service.flow.last_run import LastRun
from geo_service.flow.linked import coded_cases, coded_reports, past_of_sites, surroundings_of
from geo_service.flow.locating import epsg_of
from geo_service.forecast.past import DAY_US
from geo_service.forecast.site_model import Moments, fit_sites
from geo_service.intake import ImportOptions
from geo_service.measure import Pairs
from geo_service.store import Store, open_store

DATA = Path(__file__).parents[2] / "shared" / "data"
CUT = int(datetime(2013, 1, 1, tzinfo=UTC).timestamp() * 1e6)
_FIFTHS = 5


class City(NamedTuple):
    """Its preset and files, and how far ahead of the average the order has to be, in points."""

    preset: str
    files: tuple[str, ...]
    asked: float


CITIES = {
    "chicago": City("chicago-311", ("chicago/chicago_sanitation_code_complaints",), 2.0),
    "queens": City(
        "nyc-311",
        (
            "nyc_queens/nyc_queens_311_2020_2023",
            "nyc_queens/nyc_queens_street_conditions_2020_2023",
        ),
        0.0,
    ),
    "boston": City("boston-311", ("boston/boston_311_2015",), 0.0),
}


def refreshed(city: City, folder: Path) -> Store:
    """Return a store of the city's files, refreshed."""
    now = datetime.now(UTC)
    store = open_store(f"sqlite:///{folder / 'city.sqlite'}")
    for name in city.files:
        options = ImportOptions(preset=city.preset)
        flow.import_reports(store, DATA / f"{name}.csv.gz", options, now=now)
    flow.make_grid(store, 250)
    flow.refresh(store, now=now)
    return store


def orders(store: Store, asked: float) -> bool:
    """Print how each order did, and tell whether the one in use keeps what is asked."""
    run = store.runs.latest()
    told = {} if run is None else run.params["ranking"]
    holds = True
    for row in told["rankings"]:
        mean, low, high = (100 * one for one in row["minus_ewma_5"])
        sys.stdout.write(
            f"  {'*' if row['used'] else ' '} {row['ranking']:11} rebounds in the first 5 %: "
            f"{row['rebounds_5']} of {row['rebounds']}, first 20: {row['rebounds_20']}; "
            f"average {mean:+.2f} points [{low:.2f}, {high:.2f}], {row['trials']} trials\n"
        )
        if row["used"]:
            holds = high >= 0 if not asked else mean >= asked and low > 0
    return holds


def calibration(store: Store, weeks: int = 26) -> str:
    """Return expected by come rebounds of the last weeks, all and by fifths of the expected sum."""
    run = store.runs.latest()
    if run is None:
        return ""
    came = store.runs.series("rebounds", "*")
    ids = store.runs.area_ids()
    pairs = []
    for week in range(len(run.weeks) - 4 - weeks, len(run.weeks) - 4, 4):
        rows = store.runs.week_rows(run.weeks[week], category="*").set_index("area_id")
        said = rows["expected_rebounds_28"].reindex(ids).fillna(0).to_numpy(dtype=np.float64)
        pairs.append((said, 0 if came is None else came[:, week + 1 : week + 5].sum(axis=1)))
    said, back = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    order = np.argsort(said)
    fifth = np.minimum(np.cumsum(said[order]) * _FIFTHS / said.sum(), _FIFTHS - 1).astype(int)
    ratio = np.bincount(fifth, said[order]) / np.bincount(fifth, back[order])
    return f"{said.sum():.0f} / {back.sum():.0f} = {said.sum() / back.sum():.2f}, {ratio.round(2)}"


def sites(store: Store) -> str:
    """Return how the model of sites does on the closings after 2012."""
    last = LastRun.of(store)
    if last is None:
        return ""
    memory = last.memory
    cases = coded_cases(memory)
    pairs = Pairs.of(store.runs.area_ids(), coded_reports(memory), cases)
    past, which = past_of_sites(memory, cases, pairs, epsg_of(store))
    around = surroundings_of(memory, past, which)
    closed = np.flatnonzero(past.closed < link.NEVER)
    moments = Moments.of(around, closed, past.closed[closed])
    model = fit_sites(moments, 30, CUT)
    judged = moments.take((moments.at >= CUT) & (moments.at < memory.end - 30 * DAY_US))
    if model is None:
        return ""
    said, back = model.chances(judged), judged.back <= judged.at + 30 * DAY_US
    ones = back.sum()
    area = (rankdata(said)[back].sum() - ones * (ones + 1) / 2) / (ones * (len(back) - ones))
    order = np.argsort(-said)
    ratios = [said[p].sum() / back[p].sum() for p in np.array_split(order[::-1], _FIFTHS)]
    caught = back[order[: len(order) // 10]].sum()
    return (
        f"AUC {area:.3f} (.72), first tenth {caught} of {ones} = {caught / ones:.3f} (.33), "
        f"expected / came by fifths {np.round(ratios, 2)}; {len(forecast.FEATURES)} columns"
    )


def main() -> int:
    """Print all; 1 where an order does not keep what is asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cities", nargs="*", default=list(CITIES), metavar="CITY")
    failed = False
    for name in parser.parse_args().cities:
        with tempfile.TemporaryDirectory() as folder:
            store = refreshed(CITIES[name], Path(folder))
            sys.stdout.write(f"{name}, asked {CITIES[name].asked:+g} points\n")
            failed |= not orders(store, CITIES[name].asked)
            sys.stdout.write(f"    expected / came, 26 weeks and fifths: {calibration(store)}\n")
            if name == "chicago":
                sys.stdout.write(f"    sites back in 30 days: {sites(store)}\n")
            store.close()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
