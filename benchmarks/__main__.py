"""``python -m benchmarks [NAME ...]``: all benchmarks, or those named, as a table and a file."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from pathlib import Path

from benchmarks import BENCHMARKS
from benchmarks.before import compare
from benchmarks.rows import Machine, Row, Skip, table, write_results

RESULTS = Path(__file__).parent / "results.json"


def chosen(names: list[str]) -> list[str]:
    """Return the benchmarks that `names` mean: their own names, or those of their rows.

    >>> chosen(["map_week_step", "link"]), chosen([]) == list(BENCHMARKS)
    (['map', 'link'], True)
    """
    wanted = {name.split("_")[0] for name in names} or set(BENCHMARKS)
    unknown = sorted(wanted - set(BENCHMARKS))
    if unknown:
        raise SystemExit(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    return [name for name in BENCHMARKS if name in wanted]


def main(arguments: list[str]) -> int:
    """Run them; returns 1 if one could not be run to its end."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="FILE")
    parser.add_argument(
        "--peer-python", metavar="PATH", help="an interpreter that has the peers that ours lacks"
    )
    parser.add_argument(
        "--before", metavar="COMMIT", help="run those of an earlier commit too, in turn"
    )
    given = parser.parse_args(arguments)
    if given.peer_python:
        os.environ["PEER_PYTHON"] = given.peer_python

    names = chosen(given.names)
    if given.before:
        try:
            print(compare(given.before, names))
        except Skip as why:
            print(f"the commit before is skipped: {why}", file=sys.stderr)
        else:
            return 0
    before = os.getloadavg()[0]
    rows: list[Row] = []
    failed = False
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            rows.extend(importlib.import_module(BENCHMARKS[name]).measure())
        except Skip as why:
            print(f"{name} skipped: {why}", file=sys.stderr)
            failed |= os.environ.get("CI") == "true"
        except Exception:  # noqa: BLE001 (the others are still worth their figures)
            traceback.print_exc()
            failed = True
    load = (before, os.getloadavg()[0])
    write_results(
        given.output, rows, Machine.here(), load, keep_others=len(names) < len(BENCHMARKS)
    )
    print(table(rows))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
