"""Next week's cases on real cities, by every candidate, beside what was asked.

``python -m benchmarks.forecast [CITY ...]`` imports each city's file, makes squares of 250 m,
refreshes, and says its last weeks as if they were to come. Needs ``../shared/data``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from geo_service import flow
from geo_service.flow.forecasts import back_test
from geo_service.intake import ImportOptions
from geo_service.store import Store, open_store

DATA = Path(__file__).parents[2] / "shared" / "data"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
LEAST_GAIN, NEAR, COVERAGE, CHICAGO_SECONDS = 1.03, 0.005, 0.03, 240


class City(NamedTuple):
    """A city's file, the weeks that are tested, and what its tuned average is to have."""

    file: str
    preset: str
    weeks: int
    ewma: float
    types: int = 0


CITIES = {
    "chicago": City("chicago/chicago_sanitation_code_complaints.csv.gz", "chicago-311", 104, 0.230),
    "boston": City("boston/boston_311_2015.csv.gz", "boston-311", 26, 0.278, types=10),
    "queens_311": City("nyc_queens/nyc_queens_311_2020_2023.csv.gz", "nyc-311", 52, 0.220),
    "queens_street": City(
        "nyc_queens/nyc_queens_street_conditions_2020_2023.csv.gz", "nyc-311", 52, 0.192
    ),
}


def filled(
    city: City, folder: Path, rows: int | None = None, as_of: datetime | None = None
) -> Store:
    """Return a store with a city's reports, refreshed; of Boston its commonest types alone."""
    path = DATA / city.file
    if city.types or rows:
        table = pd.read_csv(path, dtype=str, nrows=rows)
        if city.types:
            # what could not be placed lies on one point and has no case
            place = table["LATITUDE"] + table["LONGITUDE"]
            placed = table[place != place.mode()[0]]
            common = placed["TYPE"].value_counts().index[: city.types]
            table = table[table["TYPE"].isin(common)]
        path = folder / "some.csv"
        table.to_csv(path, index=False)
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}")
    flow.import_reports(store, path, ImportOptions(preset=city.preset), now=NOW)
    flow.make_grid(store, 250)
    flow.refresh(store, now=NOW, as_of=as_of)
    return store


def judged(name: str, city: City, found: dict[str, Any], seconds: float) -> Iterator[list[str]]:
    """Yield what was asked of a city, what was measured, and whether it holds."""
    models = {one["model"]: one for one in found["models"]}
    ewma, shown = models["ewma"], models["as_shown"]
    (gain, low, high), off = shown["minus_ewma_5"], shown["minus_ewma_deviance"]
    said = f"{shown['recall_5']:.4f}, {gain:+.4f} [{low:+.4f}, {high:+.4f}]"
    if name == "chicago":
        told = f"{shown['recall_5'] / ewma['recall_5']:.3f} × ({said})"
        holds = shown["recall_5"] >= LEAST_GAIN * ewma["recall_5"] and low > 0
        yield _row(name, f"recall@5 % ≥ {LEAST_GAIN} ×, lower end > 0", told, holds)
        told = f"{seconds:.0f} s"
        yield _row(name, f"processor ≤ {CHICAGO_SECONDS} s", told, seconds <= CHICAGO_SECONDS)
    else:
        yield _row(name, "recall@5 % not surely below", said, high >= 0)
        told = "{:+.4f} [{:+.4f}, {:+.4f}]".format(*off)
        yield _row(name, "deviance not surely above", told, off[1] <= 0)
    near = abs(ewma["recall_5"] - city.ewma) <= NEAR
    yield _row(name, f"the average's own {city.ewma:.3f} ± {NEAR}", f"{ewma['recall_5']:.4f}", near)
    for level, asked in ((80, 0.8), (95, 0.95)):
        cover = shown[f"coverage_{level}"]
        holds = abs(cover - asked) <= COVERAGE
        yield _row(name, f"coverage of {level} % ± 3 points", f"{cover:.3f}", holds)


def _row(name: str, asked: str, told: str, holds: bool) -> list[str]:
    return [name, asked, told, "yes" if holds else "NO"]


def main(arguments: Sequence[str]) -> int:
    """Run the cities and print a line for each thing asked; 1 if one does not hold."""
    parser = argparse.ArgumentParser(prog="benchmarks.forecast", description=__doc__)
    parser.add_argument("cities", nargs="*", metavar="CITY", help=", ".join(CITIES))
    given = parser.parse_args(arguments)
    lines = []
    for name in given.cities or CITIES:
        city = CITIES[name]
        with tempfile.TemporaryDirectory() as folder:
            store = filled(city, Path(folder))
            begun = time.process_time()
            found, _ = back_test(store, city.weeks)
            seconds = time.process_time() - begun
            print(f"{name}: {found['weeks']} weeks, shown now {found['shown']}, {seconds:.0f} s")
            for one in found["models"]:
                ends = "{:+.4f} [{:+.4f}, {:+.4f}]".format(*one["minus_ewma_5"])
                figures = (one[key] for key in ("recall_1", "recall_5", "recall_10", "deviance"))
                print(f"  {one['model']:<11}", *(f"{figure:.4f}" for figure in figures), ends)
            sys.stdout.flush()
            lines += judged(name, city, found, seconds)
            store.close()
    print("\n".join(" | ".join(line) for line in lines))
    return int(any(line[-1] == "NO" for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
