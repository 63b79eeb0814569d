"""A file of reports: reading it, and keeping it; streets of an OpenStreetMap file.

Reading is beside a plain ``pandas.read_csv`` of the same columns, which only splits text: it
checks nothing, reads no time and rejects no row. Keeping is beside ``read_csv`` and one
``executemany`` into a table of the same columns; both are whole processes, begun anew each run.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd

from benchmarks.city import END, CityParams, make_city
from benchmarks.clock import Timed, in_turn, run_process, seconds_of
from benchmarks.rows import AtLeast, AtMost, Row
from geo_service.intake import ImportOptions, read_osm, read_reports

READ = CityParams(areas=5_000, reports=100_000)
KEEP = CityParams(areas=5_000, reports=1_000_000)
RUNS = 3
MOST_MB = 1_500
PORTO_ALEGRE = Path(__file__).parents[2] / "shared" / "data" / "porto_alegre_osm" / "poa.osm.pbf"

PEER = """
import sqlite3, sys
import pandas as pd
table = pd.read_csv(sys.argv[1])
with sqlite3.connect(sys.argv[2]) as database:
    columns = [f"{c} TEXT PRIMARY KEY" if c == "report_id" else c for c in table.columns]
    database.execute(f"CREATE TABLE reports ({', '.join(columns)})")
    rows = table.astype(object).where(table.notna(), None).itertuples(index=False, name=None)
    marks = ", ".join("?" * len(columns))
    database.executemany(f"INSERT INTO reports VALUES ({marks})", rows)
"""


def measure() -> Iterator[Row]:
    """Yield the rows of reading, of keeping and of streets."""
    with tempfile.TemporaryDirectory() as folder:
        yield _read(Path(folder))
        yield _keep(Path(folder))
    if PORTO_ALEGRE.exists():
        yield _streets()


def _read(folder: Path) -> Row:
    _, path = make_city(READ).write(folder)
    options, now = ImportOptions(), END + timedelta(days=1)
    times = in_turn(
        lambda: read_reports(path, options, now=now),
        lambda: pd.read_csv(path),
        same=lambda ours, table: len(ours.reports) == len(table) == READ.reports,
    )
    return Row.of(
        "intake_read_reports",
        times.ours,
        peer="pandas.read_csv",
        peer_times=times.peer,
        note=f"{READ.reports:,} rows, {path.stat().st_size / 1e6:.0f} MB of csv",
    )


def _keep(folder: Path) -> Row:
    _, path = make_city(KEEP).write(folder)
    times, peak = Timed([], []), 0.0
    for run in range(RUNS):
        ours, plain = folder / f"ours-{run}.db", folder / f"peer-{run}.db"
        command: list[str | Path] = [sys.executable, "-m", "geo_service", "reports", "import", path]
        done = run_process([*command, "--db", f"sqlite:///{ours}"], os.environ)
        peer = run_process([sys.executable, "-c", PEER, path, plain], os.environ)
        times.ours.append(done.seconds)
        times.peer.append(peer.seconds)
        peak = max(peak, done.peak_mb)
        for file in folder.glob("*.db*"):
            file.unlink()
    if peak > MOST_MB:
        raise AssertionError(f"an import of {KEEP.reports:,} rows held {peak:.0f} MB")
    return Row.of(
        "intake_import_csv",
        times.ours,
        peer="read_csv + executemany",
        peer_times=times.peer,
        asked=AtLeast(0.25),
        note=f"{KEEP.reports:,} rows into SQLite, whole processes; {peak:.0f} MB of {MOST_MB:,}",
    )


def _streets() -> Row:
    areas = read_osm(PORTO_ALEGRE).areas
    return Row.of(
        "intake_from_osm",
        [seconds_of(lambda: read_osm(PORTO_ALEGRE)) for _ in range(RUNS)],
        asked=AtMost(20),
        note=f"Porto Alegre: {areas['kind'].value_counts().to_dict()}",
    )
