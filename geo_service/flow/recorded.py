"""What an import did is kept with it: its numbers, reasons, warnings, and the rows as they were."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from geo_service.flow.imports import Imported
from geo_service.store import Store
from geo_service.terms import FRAMES, GeoServiceError

COUNTS = ("read", "accepted", "updated", "unchanged", "rejected")
"""What an import tells of its rows."""


def recorded(
    store: Store,
    kind: str,
    file: str,
    keep: Callable[..., Imported],
    *,
    now: datetime,
    by: str | None = None,
    options: Mapping[str, Any] | None = None,
    begun: Callable[[int], object] = int,
) -> Imported:
    """Let `keep` import a file of table `kind`, and keep what became of it; return that.

    Parameters
    ----------
    keep
        Given `record`, a :data:`Record`, by name.
    by
        The account that asked for it; None on the command line.
    options
        How the file was said to be read.
    begun
        Told the import's number before it begins.

    Raises
    ------
    GeoServiceError
        What `keep` raises; it is kept as the import's end.
    """
    said = {name: value for name, value in (options or {}).items() if value not in (None, "", {})}
    import_id = store.imports.add(kind, file, by, now, said)
    begun(import_id)
    ended = False

    def record(done: Imported) -> None:
        nonlocal ended
        store.imports.finish(import_id, "done", _counts(done), _told(done), done.before)
        ended = True

    try:
        return keep(record=record)
    except GeoServiceError as error:
        told = {"error": error.say("en"), "error_zh": error.say("zh")}
        store.imports.finish(import_id, "failed", told=told)
        ended = True
        raise
    finally:
        if not ended:
            store.imports.finish(import_id, "failed")


def _counts(done: Imported) -> dict[str, int]:
    return {name: getattr(done, name) for name in COUNTS}


def _told(done: Imported) -> dict[str, Any]:
    return {
        "reasons": done.rejected_by_reason,
        "warnings": [vars(warning) for warning in done.warnings],
        "unknown": {name: words for name, words in done.unknown.items() if words},
        "new_categories": done.new_categories,
    }


def undo(store: Store, import_id: int) -> None:
    """Take an import back, as the store's keeper says; the next refresh computes everything anew.

    Raises
    ------
    NotFound
        If there is no such import.
    Conflict
        If it cannot be taken back.
    Busy
        If another process writes for longer than the store waits.
    """
    with store.writer(f"undo {import_id}"), store.transaction():
        file = store.imports.get(import_id).file
        store.imports.undo(import_id)
        store.rejects.replace(file, FRAMES["rejects"].empty())
