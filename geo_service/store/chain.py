"""The chain over the event log: what makes a quiet change of the past show.

Each event holds a keyed digest of its content and of the case's event before; a running head goes
over all. The key, and a line for each event that was kept, lie outside the database: whoever owns
that alone can neither make digests nor take the newest events back unseen.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self

from geo_service.settings import Settings, chain_key
from geo_service.terms import FRAMES, BadUse

DIGESTS = {"hmac-sha256": "sha256", "hmac-sm3": "sm3"}
"""Names of digests as the events hold them, and as Python knows them."""

ERASABLE = ("note", "person")
"""Columns that can be erased: their keyed digests stand in the chain, not they."""

_OWN = ("digest", *ERASABLE)
_CONTENT = (
    "number",
    *(name for name in FRAMES["events"].names if name not in _OWN),
    *(f"{name}_digest" for name in ERASABLE),
)


class Fault(NamedTuple):
    """One thing that is wrong with the log.

    Parameters
    ----------
    what
        ``changed``, ``removed``, ``added``, ``reordered``, ``rolled_back``, ``no_log`` or
        ``wrong_key``; of a photo ``photo_missing``, ``photo_altered``, ``photo_removed``
        (its record says so, but not by the service) or ``photo_unknown`` (events name it alone);
        ``state`` where a case is not what its reports and events make of it; ``seal`` where a
        sealed statement is not as it was sealed.
    number
        Which event, by the order in which they came; of ``rolled_back`` the last that was kept,
        of ``wrong_key`` how many there are.
    event_id, case_id
        None where there is no such event any more.
    photo_id, size
        Of a photo, and in which size its file is missing or altered.
    """

    what: str
    number: int
    event_id: str | None = None
    case_id: str | None = None
    photo_id: str | None = None
    size: str | None = None


@dataclass(frozen=True)
class Chain:
    """Key and log of a store's chain.

    Parameters
    ----------
    key
        Kept outside the database.
    log
        The file with a line for each event that was kept; made where it is missing.
    name
        The digest that new events get, one of `DIGESTS`; the chain's past keeps its own.
    """

    key: bytes
    log: Path
    name: str = "hmac-sha256"

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the chain whose key, log and digest the settings name."""
        return cls(chain_key(settings).encode(), settings.chain_log, settings.chain_digest)

    def __post_init__(self) -> None:
        """Refuse a digest that nobody knows, or that this Python cannot make."""
        try:
            self.digest("")
        except (KeyError, ValueError) as error:
            known = ", ".join(DIGESTS)
            raise BadUse("store.no_digest", value=self.name, known=known) from error

    def digest(self, text: str, name: str | None = None) -> str:
        """Return the keyed digest of a text, its name before it."""
        name = name or self.name
        return f"{name}:{hmac.new(self.key, text.encode(), DIGESTS[name]).hexdigest()}"

    def sealed(
        self, event: Mapping[str, Any], number: int, previous: str | None, head: str | None
    ) -> dict[str, Any]:
        """Return an event, times in microseconds, with its place and its digests.

        Parameters
        ----------
        number
            The how-manieth of all it is, from 1.
        previous
            Digest of the event before with the same `case_id`, None without.
        head
            Running head up to the event before, None without.
        """
        row = {**event, "number": number, "previous_digest": previous}
        for name in ERASABLE:
            text = event.get(name)
            row[f"{name}_digest"] = None if text is None else self.digest(f"{number} {text}")
        row["digest"] = self.digest(_written(row))
        row["running"] = self.digest(f"{head or ''} {row['digest']}")
        return row

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the one who keeps events, until the block is left; lines stand in their order then."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def put_away(self, now: datetime) -> None:
        """Begin another log: the events of a demo have left, and the file with their lines is kept.

        It gets the moment into its name.
        """
        if self.log.exists():
            self.log.rename(self.log.with_name(f"{self.log.name}.{now:%Y%m%dT%H%M%S}"))

    def note(self, *events: Mapping[str, Any]) -> None:
        """Write down that events were kept; belongs inside :meth:`held`, after the commit."""
        lines = "".join(f"{one['number']} {one['digest']} {one['running']}\n" for one in events)
        with self.log.open("a+b") as stream:
            size = stream.seek(0, os.SEEK_END)
            if size:
                stream.seek(size - 1)
            # a line that a crash cut off ends here
            cut = size > 0 and stream.read(1) != b"\n"
            stream.write(b"\n" * cut + lines.encode())
            stream.flush()
            os.fsync(stream.fileno())

    def noted(self) -> list[tuple[int, str, str]]:
        """Return number, digest and running head of each event that was written down.

        A line that was cut off is left out.
        """
        if not self.log.exists():
            return []
        found = []
        for line in self.log.read_text("ascii", errors="replace").splitlines():
            parts = line.split(" ")
            if len(parts) == 3 and parts[0].isdigit() and len(parts[2]) == len(parts[1]):
                found.append((int(parts[0]), parts[1], parts[2]))
        return found

    def faults(self, events: Iterable[Mapping[str, Any]]) -> list[Fault]:
        """Return what is wrong with the log; nothing where all is as it was kept.

        Parameters
        ----------
        events
            All columns of the store's events by `number`, times in microseconds.
        """
        rows, noted = list(events), self.noted()
        if rows and not self._fits(rows):
            return [Fault("wrong_key", len(rows))]
        lines = {number: (digest, running) for number, digest, running in noted}
        place = {digest: number for number, digest, _ in noted}
        found = [Fault("no_log", 0)] if rows and not noted else []
        numbers = {int(row["number"]) for row in rows}
        last = max(numbers, default=0)
        latest = max(lines, default=0)
        if latest > last:
            found.append(Fault("rolled_back", latest))
        gone = (number for number in range(1, last) if number not in numbers)
        found += [Fault("removed", number) for number in gone]
        heads: dict[str, str] = {}
        head: str | None = None
        for row in rows:
            what = self._fault(row, heads.get(row["case_id"]), head, lines, place)
            if what is not None:
                found.append(Fault(what, int(row["number"]), row["event_id"], row["case_id"]))
            # what is said stands: each event is judged by itself, not by the ones before it
            heads[row["case_id"]], head = row["digest"], row["running"]
        back = (before for before, after in pairwise(noted) if after[0] <= before[0])
        found += [Fault("rolled_back", number) for number, _, _ in back]
        return sorted(set(found), key=lambda one: (one.number, one.what))

    def _fits(self, rows: Iterable[Mapping[str, Any]]) -> bool:
        """Tell whether the key made any running head: these are over digests, not over contents."""
        head = ""
        for row in rows:
            name, _, _ = str(row["digest"]).partition(":")
            if name in DIGESTS and row["running"] == self.digest(f"{head} {row['digest']}", name):
                return True
            head = row["running"]
        return False

    def _fault(
        self,
        row: Mapping[str, Any],
        previous: str | None,
        head: str | None,
        lines: Mapping[int, tuple[str, str]],
        place: Mapping[str, int],
    ) -> str | None:
        number, digest = int(row["number"]), str(row["digest"])
        name, _, _ = digest.partition(":")
        if digest in place and place[digest] != number:
            return "reordered"
        known = lines.get(number)
        forged = name not in DIGESTS or not self._is_own(row, name)
        if forged:
            was_there = known is not None or number in range(1, max(lines, default=0))
            return "changed" if was_there else "added"
        if known is not None and known != (digest, row["running"]):
            return "changed"
        if row["previous_digest"] != previous:
            return "removed" if previous is None or row["previous_digest"] else "added"
        if row["running"] != self.digest(f"{head or ''} {digest}", name):
            return "reordered"
        return None

    def _is_own(self, row: Mapping[str, Any], name: str) -> bool:
        """Tell whether content and erasable texts are those that were sealed."""
        if row["digest"] != self.digest(_written(row), name):
            return False
        for one in ERASABLE:
            text, kept = row[one], row[f"{one}_digest"]
            if text is not None and kept != self.digest(f"{row['number']} {text}", name):
                return False
        return True


def _written(row: Mapping[str, Any]) -> str:
    """Write what a digest is over, one way for what is to be kept and what was read again."""
    content = {name: row.get(name) for name in _CONTENT if row.get(name) is not None}
    content["back_dated"] = bool(row.get("back_dated"))
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
