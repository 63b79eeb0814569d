"""Keeping house: backups when due; photos, and who reported, deleted when their time is over.

The service looks now and then whether anything is to be done; a process of its own does it.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from geo_service.flow.photos import erase_photos
from geo_service.settings import Settings
from geo_service.store import Backup, Chain, FileLock, PhotoFiles, Store, back_up
from geo_service.terms import Busy

_STAMP = "%Y%m%dT%H%M%SZ"
_OURS = re.compile(r"geo_service-(\d{8}T\d{6}Z)\.tar", re.ASCII)


@dataclass(frozen=True)
class House:
    """What was done: the backup that was due; photos, and reporters, whose time was over."""

    path: Path | None = None
    backup: Backup | None = None
    erased: tuple[str, ...] = ()
    reporters: int = 0


def is_due(store: Store, settings: Settings, *, now: datetime) -> bool:
    """Tell whether there is anything to be done by `settings`."""
    old = settings.photo_days and store.photos.older(now - timedelta(days=settings.photo_days))
    named = store.reporters.any_older(now - timedelta(days=settings.personal_days))
    return bool(old) or named or _backup_is_due(settings, now)


def keep_house(store: Store, settings: Settings, *, now: datetime) -> House | None:
    """Do what is due by `settings`; None where another process is at it."""
    settings.var.mkdir(parents=True, exist_ok=True)
    with suppress(Busy), FileLock(settings.var / "housekeeping.lock").held("housekeeping"):
        return _kept(store, settings, now)
    return None


def _kept(store: Store, settings: Settings, now: datetime) -> House:
    chain, files, erased = Chain.of(settings), PhotoFiles(settings.photos), list[str]()
    if settings.photo_days:
        erased = erase_photos(store, files, chain, settings.photo_days, now=now)
    gone = store.reporters.erase(now - timedelta(days=settings.personal_days))
    folder = settings.backup_folder
    if folder is None or not _backup_is_due(settings, now):
        return House(None, None, tuple(erased), gone)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"geo_service-{now.astimezone(UTC):{_STAMP}}.tar"
    made = back_up(store, chain, files, path, now=now)
    for old in backups(folder)[: -settings.backup_keep]:
        old.unlink(missing_ok=True)
    return House(path, made, tuple(erased), gone)


def backups(folder: Path) -> list[Path]:
    """Return the backups that the service itself made in `folder`, oldest first."""
    return sorted(one for one in folder.glob("*.tar") if _OURS.fullmatch(one.name))


def _backup_is_due(settings: Settings, now: datetime) -> bool:
    if settings.backup_folder is None:
        return False
    made = backups(settings.backup_folder)
    if not made:
        return True
    last = datetime.strptime(made[-1].stem.partition("-")[2], _STAMP).replace(tzinfo=UTC)
    return now - last >= timedelta(hours=settings.backup_hours)
