"""Photos: who sent which, when and where it was taken, which events show it; not their files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from geo_service.store.chain import DIGESTS, Chain
from geo_service.store.engine import Keeper
from geo_service.store.schema import event_photos, event_reports, events, photos
from geo_service.store.tables import micros, moment


@dataclass(frozen=True)
class Photo:
    """One photo as one person sent it; times are aware.

    Parameters
    ----------
    photo_id
        The digest of the largest file that is kept of it.
    came, screen, thumb
        Digests of the file as it came, and of its smaller sizes.
    taken_at, lon, lat
        When and where (degrees, WGS 84), None where nobody knows.
    erased_at
        When it was deleted because its time was over; None while it is kept.
    seal
        Shows that the service itself deleted it; only who has the chain's key can make one.
    """

    photo_id: str
    actor: str
    received_at: datetime
    came: str
    screen: str
    thumb: str
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    idempotency_key: str | None = None
    erased_at: datetime | None = None
    seal: str | None = None

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each size."""
        return {"full": self.photo_id, "screen": self.screen, "thumb": self.thumb}

    def is_erased_by(self, chain: Chain) -> bool:
        """Tell whether the service deleted it, and nobody else says so."""
        name = str(self.seal).partition(":")[0]
        if self.erased_at is None or name not in DIGESTS:
            return False
        return self.seal == _seal(chain, self.photo_id, self.erased_at, name)


_TIMES = ("received_at", "taken_at", "erased_at")


class PhotosKeeper(Keeper):
    """Keeps photos."""

    def add(self, photo: Photo) -> None:
        """Keep a photo; the same one of the same person again changes nothing but that it is kept.

        One that was deleted and comes again is kept again.
        """
        values = vars(photo) | {
            name: None if (at := getattr(photo, name)) is None else micros(at) for name in _TIMES
        }
        again = update(photos).where(photos.c.photo_id == photo.photo_id)
        with self.transaction() as connection:
            connection.execute(again.values(erased_at=None, seal=None))
            if not self._where(photos.c.photo_id == photo.photo_id, photos.c.actor == photo.actor):
                connection.execute(insert(photos).values(values))

    def of(self, photo_ids: Collection[str]) -> dict[str, list[Photo]]:
        """Return photos by their ids, as each who sent it did, the first one first."""
        found: dict[str, list[Photo]] = {}
        for one in self._where(photos.c.photo_id.in_(photo_ids)) if photo_ids else ():
            found.setdefault(one.photo_id, []).append(one)
        return found

    def by_key(self, actor: str, key: str) -> Photo | None:
        """Return the photo that an actor sent under an idempotency key, None without."""
        found = self._where(photos.c.actor == actor, photos.c.idempotency_key == key)
        return found[0] if found else None

    def all(self) -> list[Photo]:
        """Return every photo, each once as its first sender sent it, by their ids."""
        first: dict[str, Photo] = {}
        for one in self._where():
            first.setdefault(one.photo_id, one)
        return list(first.values())

    def case_ids(self, photo_id: str) -> list[str]:
        """Return the cases, as events name them, on which a photo hangs."""
        query = select(events.c.case_id).distinct().join_from(event_photos, events)
        query = query.where(event_photos.c.photo_id == photo_id).order_by(events.c.case_id)
        with self.reading() as connection:
            return list(connection.execute(query).scalars())

    def shown(self) -> set[str]:
        """Return the ids of all photos that events name."""
        with self.reading() as connection:
            return set(connection.execute(select(event_photos.c.photo_id).distinct()).scalars())

    def latest(self, case_ids: Collection[str]) -> dict[str, str]:
        """Return the photo that came last, and is still kept, of each case that has one."""
        query = (
            select(event_reports.c.report_id, event_photos.c.photo_id)
            .join_from(event_reports, event_photos, event_reports.c.number == event_photos.c.number)
            .join(photos, photos.c.photo_id == event_photos.c.photo_id)
            .where(event_reports.c.report_id.in_(case_ids), photos.c.erased_at.is_(None))
            .order_by(event_photos.c.number, event_photos.c.photo_id)
        )
        with self.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def older(self, moment_: datetime) -> list[str]:
        """Return the ids of those that are kept and were last sent before a moment."""
        query = select(photos.c.photo_id).where(photos.c.erased_at.is_(None))
        query = query.group_by(photos.c.photo_id).order_by(photos.c.photo_id)
        query = query.having(func.max(photos.c.received_at) < micros(moment_))
        with self.reading() as connection:
            return list(connection.execute(query).scalars())

    def erase(self, photo_id: str, chain: Chain, now: datetime) -> None:
        """Note that a photo is deleted; what was known of it stays, without its place."""
        values = {"erased_at": micros(now), "seal": _seal(chain, photo_id, now)}
        query = update(photos).where(photos.c.photo_id == photo_id)
        with self.transaction() as connection:
            connection.execute(query.values(lon=None, lat=None, **values))

    def _where(self, *conditions: Any) -> list[Photo]:  # noqa: ANN401 - SQLAlchemy's own
        order = (photos.c.photo_id, photos.c.received_at, photos.c.actor)
        query = select(photos).where(*conditions).order_by(*order)
        with self.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [_photo(row) for row in rows]


def _photo(row: Mapping[Any, Any]) -> Photo:
    return Photo(**{**row, **{name: moment(row[name]) for name in _TIMES}})


def _seal(chain: Chain, photo_id: str, at: datetime, name: str | None = None) -> str:
    """Return the seal of a deletion, by the digest of that name or the chain's own."""
    return chain.digest(f"erased {photo_id} {micros(at)}", name)
