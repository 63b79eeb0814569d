"""A file of reports, beside a plain ``pandas.read_csv`` of the same columns.

The peer only splits text: it checks nothing, reads no time and rejects no row.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd

from benchmarks.city import END, CityParams, make_city
from benchmarks.clock import in_turn
from benchmarks.rows import Row
from geo_service.intake import ImportOptions, read_reports

CITY = CityParams(areas=5_000, reports=100_000)


def measure() -> Iterator[Row]:
    """Yield the row of reading a csv."""
    with tempfile.TemporaryDirectory() as folder:
        _, path = make_city(CITY).write(Path(folder))
        options, now = ImportOptions(), END + timedelta(days=1)
        times = in_turn(
            lambda: read_reports(path, options, now=now),
            lambda: pd.read_csv(path),
            same=lambda ours, table: len(ours.reports) == len(table) == CITY.reports,
        )
        megabytes = path.stat().st_size / 1e6
    yield Row.of(
        "intake_read_reports",
        times.ours,
        peer="pandas.read_csv",
        peer_times=times.peer,
        note=f"{CITY.reports:,} rows, {megabytes:.0f} MB of csv",
    )
