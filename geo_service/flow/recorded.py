"""What an import did is kept with it: its numbers, reasons, warnings, and the rows as they were."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import pandas as pd

from geo_service import intake
from geo_service.flow.duties import settle_units
from geo_service.flow.locating import settle_fallbacks
from geo_service.store import Store
from geo_service.terms import FRAMES, GeoServiceError

COUNTS = ("read", "accepted", "updated", "unchanged", "rejected")
"""What an import tells of its rows."""

_NEAR = 0.5
"""So like a known word a word has to be, of 1, to suggest it."""


@dataclass(frozen=True)
class Imported:
    """What an import did. ``read = accepted + updated + unchanged + rejected``.

    Parameters
    ----------
    unknown
        Field → word of the file that nobody knew → rows.
    new_categories
        Codes that came with it.
    points
        Those of its rows that are fall-back or suspect.
    before
        As :meth:`ImportsKeeper.finish` takes it.
    """

    read: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int
    rejected_by_reason: dict[str, int]
    warnings: list[intake.IntakeWarning]
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)
    new_categories: list[str] = field(default_factory=list)
    points: list[dict[str, object]] = field(default_factory=list)
    before: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    def counts(self) -> dict[str, int]:
        """Return the numbers of its rows."""
        return {name: getattr(self, name) for name in COUNTS}

    def told(self) -> dict[str, Any]:
        """Return what else is kept of it, as :class:`~geo_service.store.Import` has it."""
        return {
            "reasons": self.rejected_by_reason,
            "warnings": [vars(warning) for warning in self.warnings],
            "unknown": {name: words for name, words in self.unknown.items() if words},
            "new_categories": self.new_categories,
            "points": self.points,
        }


@dataclass(frozen=True)
class Record:
    """Told what an import did, inside the transaction that keeps it; keeps that under a number."""

    store: Store | None = None
    import_id: int | None = None

    def __call__(self, done: Imported) -> None:
        """Keep it, where there is a number."""
        if self.store is not None and self.import_id is not None:
            self.store.imports.finish(
                self.import_id, "done", done.counts(), done.told(), done.before
            )


UNRECORDED = Record()
"""Keeps nothing."""


def recorded(
    store: Store,
    kind: str,
    file: str,
    keep: Callable[..., Imported],
    *,
    now: datetime,
    by: str | None = None,
    options: Mapping[str, Any] | None = None,
    import_id: int | None = None,
) -> Imported:
    """Let `keep` import `file`, of table `kind`, and keep what became of it; return that.

    Parameters
    ----------
    keep
        Given `record`, a :data:`Record`, by name.
    by
        The account that asked for it; None on the command line.
    options
        How the file was said to be read.
    import_id
        Of an import that was noted when it was asked for.

    Raises
    ------
    GeoServiceError
        What `keep` raises; it is kept as the import's end.
    """
    said = {name: value for name, value in (options or {}).items() if value not in (None, "", {})}
    number = store.imports.add(kind, file, by, now, said) if import_id is None else import_id
    told: dict[str, str] = {}
    try:
        done = keep(record=Record(store, number))
    except BaseException as error:
        if isinstance(error, GeoServiceError):
            told = {"error": error.say("en"), "error_zh": error.say("zh")}
        store.imports.finish(number, "failed", told=told)
        raise
    return done


def suggested(store: Store, field: str, words: Iterable[str]) -> dict[str, str]:
    """Return what each unknown word of a file most likely is, where anything is near it.

    Parameters
    ----------
    field
        ``status``: meanings are suggested; or ``category``: codes.
    words
        As the file has them.
    """
    known: dict[str, str] = {}
    if field == "status":
        for meaning, starred in intake.status_words().items():
            known |= {word.strip("*").casefold(): meaning for word in starred}
    elif field == "category":
        new = set(words)
        for one in store.words.categories().itertuples(index=False):
            if one.code not in new:
                names = [name for name in (one.name_zh, one.name_en) if isinstance(name, str)]
                known |= {name.casefold(): str(one.code) for name in names}
    near = {word: get_close_matches(word.casefold(), known, 1, _NEAR) for word in words}
    return {word: known[found[0]] for word, found in near.items() if found}


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
        settle_units(store)
        # a point is judged by all that lie on it: what went may have made it look like no place
        settle_fallbacks(store)
        store.rejects.replace(file, FRAMES["rejects"].empty())
