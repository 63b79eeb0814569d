"""What a process keeps: a few answers a subject, under keys that change when the answer would.

Each subject is declared beside its user, with what it holds and how many:
``_ROWS = Kept[WeekRows]("rows", room=512)``; what is kept lies with the application.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar, cast

from flask import current_app, g

Value = TypeVar("Value")
Key = tuple[object, ...]

_BYTES = 96_000_000


@dataclass
class Memory:
    """What is kept, by subject, so that going through the weeks does not push out the shapes.

    What says by ``nbytes`` how large it is goes sooner where together they would be too large.
    """

    kept: dict[str, OrderedDict[Key, object]] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    making: dict[tuple[str, Key], Event] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def get(self, name: str, room: int, key: Key, make: Callable[[], object]) -> object:
        """Return what was made for `key`, making it if need be; the longest unused go.

        One thread makes it, others that ask meanwhile wait for it; should it fail, the next tries.
        `make` may ask for other keys, but for none whose making asks for this one.
        """
        while True:
            with self.lock:
                subject = self.kept.setdefault(name, OrderedDict())
                if key in subject:
                    subject.move_to_end(key)
                    return subject[key]
                other = self.making.get((name, key))
                if other is None:
                    mine = self.making[name, key] = Event()
                    break
            other.wait()
        try:
            made = make()
            with self.lock:
                subject[key] = made
                self.bytes[name] = self.bytes.get(name, 0) + _size(made)
                while len(subject) > room or (self.bytes[name] > _BYTES and len(subject) > 1):
                    _, gone = subject.popitem(last=False)
                    self.bytes[name] -= _size(gone)
        finally:
            with self.lock:
                del self.making[name, key]
            mine.set()
        return made


def _size(value: object) -> int:
    return int(getattr(value, "nbytes", 0))


@dataclass(frozen=True)
class Kept(Generic[Value]):
    """A subject: what it is called, and for how many answers there is room."""

    name: str
    room: int = 4

    def of(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return what was made for `key` in this process, making it if need be."""
        memory: Memory = current_app.extensions["geo_service"].memory
        return cast("Value", memory.get(self.name, self.room, key, make))

    def lately(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return what `make` reads of the store, read again when anything was committed since.

        For small things that each request asks for. Whoever changes the store in a request does
        not see the change by this before the next one.
        """
        if "mark" not in g:
            g.mark = current_app.extensions["geo_service"].store.changes.mark()
        return self.of((g.mark, *key), make)
