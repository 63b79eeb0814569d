"""Many drawn cities judged one after another or in several processes, with a bar of how far."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

Asked = TypeVar("Asked")
Found = TypeVar("Found")

_WIDTH = 30


def judged(
    judge: Callable[[Asked], Found],
    asked: Sequence[Asked],
    processes: int = 1,
    *,
    at_once: int = 1,
    bar: str | None = None,
) -> list[Found]:
    """Return what `judge` finds of each that is asked, in the order in which they are done.

    Parameters
    ----------
    processes
        Others than this one, where there are more than one.
    at_once
        How many are handed to a process together.
    bar
        What stands before the bar; None for none.
    """
    if processes == 1:
        return list(_told(map(judge, asked), len(asked), bar))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        each = pool.imap_unordered(judge, asked, chunksize=at_once)
        return list(_told(each, len(asked), bar))


def _told(found: Iterable[Found], count: int, bar: str | None) -> Iterator[Found]:
    for number, one in enumerate(found, 1):
        if bar is not None:
            full = _WIDTH * number // count
            sys.stderr.write(f"\r{bar}[{'#' * full:{_WIDTH}}] {number}/{count}")
        yield one
    if bar is not None:
        sys.stderr.write("\n")
