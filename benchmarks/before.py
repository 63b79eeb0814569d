"""The benchmarks of this tree and of an earlier commit in turn: ``make bench BEFORE=COMMIT``.

The earlier one is checked out beside, runs its own benchmarks of the same names with the same
Python and libraries, and is removed again. What it keeps compiled it compiles first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.rows import Skip, aligned, figure

ROOT = Path(__file__).parents[1]
Rows: TypeAlias = dict[str, dict[str, Any]]
_COLUMNS = ("name", "now", "before", "times as fast", "asked", "holds")


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Give a folder with the tree of `commit`, as long as it is needed.

    Raises
    ------
    Skip
        If this is no clone, if it is shallow, or if it does not know `commit`.
    """
    if _git("rev-parse", "--is-shallow-repository") != "false":
        raise Skip("this is no clone with its history (git fetch --unshallow)")
    found = _git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
    if found is None:
        raise Skip(f"there is no commit {commit} here")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "before"
        if _git("worktree", "add", "--detach", str(folder), found) is None:
            raise Skip(f"git cannot check out {commit}")
        # the real cities lie beside a tree, not in it
        if (shared := ROOT.parent / "shared").is_dir():
            folder.with_name("shared").symlink_to(shared)
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _git(*words: str) -> str | None:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return None if done.returncode else done.stdout.strip()


def measured(tree: Path, benchmark: str) -> Rows:
    """Run one benchmark of `tree` in a process; returns its rows by name, none if it has it not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.json"
        said = _run(tree, "benchmarks", benchmark, "--output", str(path))
        sys.stderr.write(said[-2_000:])
        if not path.exists():
            return {}
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return {row["name"]: row for row in rows}


def _run(tree: Path, *words: str) -> str:
    """Run a module of `tree`; returns what it complained of."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        capture_output=True,
        check=False,
    )
    return done.stderr.decode(errors="replace")


def compare(commit: str, benchmarks: list[str]) -> str:
    """Return a table of each row now and at `commit`.

    Raises
    ------
    Skip
        If `commit` cannot be had.
    """
    now: Rows = {}
    before: Rows = {}
    with checked_out(commit) as folder:
        if (folder / "geo_service").is_dir():  # a command it may not have
            _run(folder, "geo_service", "warm")
        for benchmark in benchmarks:
            for label, tree, rows in (("now", ROOT, now), ("before", folder, before)):
                print(f"{benchmark}, {label} …", file=sys.stderr, flush=True)
                rows.update(measured(tree, benchmark))
    return side_by_side(now, before)


def side_by_side(now: Rows, before: Rows) -> str:
    """Return the rows of both as a table.

    >>> row = {"ours_seconds": 2.0, "asked": "≤ 3 s", "holds": True}
    >>> print(side_by_side({"a_b": row}, {"a_b": row | {"ours_seconds": 5.0}, "a_c": row}))
    name  now     before  times as fast  asked  holds
    a_b   2.00 s  5.00 s  2.50 ×         ≤ 3 s  yes
    a_c   –       2.00 s  –              –      –
    """
    lines: list[tuple[str, ...]] = [_COLUMNS]
    for name in dict.fromkeys((*now, *before)):
        ours, theirs = (rows.get(name, {}) for rows in (now, before))
        seconds = [row.get("ours_seconds") for row in (ours, theirs)]
        times = f"{seconds[1] / seconds[0]:.2f} ×" if all(seconds) else "–"
        told = [
            figure(row["ours_seconds"], row.get("megabytes")) if row else "–"
            for row in (ours, theirs)
        ]
        holds = {True: "yes", False: "NO"}.get(ours.get("holds"), "–")
        lines.append((name, *told, times, ours.get("asked") or "–", holds))
    return aligned(lines)
