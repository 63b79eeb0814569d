"""A district in one file, made while others read and write: store, chain, key and photos.

The store lies in it as a file of SQLite, whichever database it is of, so that it comes back into
either.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy.engine import make_url

from geo_service.settings import Settings, chain_key
from geo_service.store.chain import Chain
from geo_service.store.copying import copy_rows, copy_store
from geo_service.store.opening import open_store
from geo_service.store.photo_files import PHOTO_SIZES, PhotoFiles, digest_of
from geo_service.store.schema import VERSION
from geo_service.store.store import Store
from geo_service.terms import BadInput, Conflict, NotReady

_TOLD, _STORE, _KEY, _LOG = "backup.json", "store.sqlite", "chain_key", "chain_key.log"
_PHOTO = re.compile(r"photos/([0-9a-f]{64})-(\w+)\.jpg", re.ASCII)
_PIECE = 1 << 20


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    Parameters
    ----------
    size
        In bytes.
    events, photos
        How many.
    missing
        Photos whose files are not where they should be: the backup is without them.
    """

    size: int
    events: int
    photos: int
    missing: tuple[str, ...] = ()


def back_up(store: Store, chain: Chain, files: PhotoFiles, path: Path, *, now: datetime) -> Backup:
    """Write the store as it is at one moment, with chain and photos, into one tar; returns what.

    The file is readable by its owner alone: it holds residents' words, and the key. It is there
    whole or not at all.

    Parameters
    ----------
    store
        Others may read and write meanwhile.
    chain, files
        What belongs to it beside the database.
    path
        A new file.
    now
        The clock's moment, aware.

    Raises
    ------
    Conflict
        If the file is there already.
    NotReady
        If the store is damaged: a copy of it would be no backup.
    """
    if path.exists():
        raise Conflict("store.backup_exists", file=path.name)
    with _folder(path.parent) as folder:
        copied = folder / _STORE
        _copy(store, copied)
        with closing(sqlite3.connect(copied)) as reading:
            last = reading.execute("SELECT number, running FROM events ORDER BY number DESC")
            number, head = last.fetchone() or (0, None)
            kept = "SELECT DISTINCT photo_id FROM photos WHERE erased_at IS NULL ORDER BY photo_id"
            photo_ids = [row[0] for row in reading.execute(kept)]
        # events that came after the copy are not in it, nor may their lines be
        lines = [line for line in chain.noted() if line[0] <= number]
        log = "".join(f"{each} {digest} {running}\n" for each, digest, running in lines)
        texts = {_KEY: chain.key, _LOG: log.encode()}
        digests = {name: digest_of(data) for name, data in texts.items()}
        told = {
            "version": VERSION,
            "made_at": now.isoformat(),
            "events": number,
            "head": head,
            "photos": len(photo_ids),
            "digests": digests | {_STORE: _digest_of_file(copied)},
        }
        made = folder / "made.tar"
        with made.open("xb") as stream, tarfile.open(fileobj=stream, mode="w") as tar:
            _add(tar, _TOLD, json.dumps(told, indent=1).encode(), now)
            for name, data in texts.items():
                _add(tar, name, data, now)
            tar.add(copied, _STORE, filter=_private)
            missing = [one for one in photo_ids if not _add_photo(tar, files, one)]
        made.chmod(0o600)
        try:
            os.link(made, path)
        except FileExistsError as error:
            raise Conflict("store.backup_exists", file=path.name) from error
    return Backup(path.stat().st_size, number, len(photo_ids), tuple(missing))


def restore(path: Path, settings: Settings) -> Backup:
    """Bring the backup at `path` back into an empty place; returns what it held.

    Parameters
    ----------
    settings
        Name the place: database, photos, key and log of the chain.

    Raises
    ------
    BadInput
        If the file is no backup, or damaged.
    Conflict
        If anything is there already, a key that is there is another one, the key does not fit the
        events, or another version of this program made the backup.
    """
    files, log = PhotoFiles(settings.photos), settings.chain_log
    settings.var.mkdir(parents=True, exist_ok=True)
    with _folder(settings.var) as folder, _opened(path) as tar:
        told = _members(tar, folder, path)
        if told["version"] != VERSION:
            made, known = told["version"], VERSION
            raise Conflict("store.backup_of_other", file=path.name, made=made, known=known)
        if log.exists() and log.stat().st_size:
            raise Conflict("store.restore_not_empty", path=log)
        if files.folder.exists() and any(files.folder.iterdir()):
            raise Conflict("store.restore_not_empty", path=files.folder)
        key = (folder / _KEY).read_text("ascii")
        if settings.chain_key_file.exists() and chain_key(settings) != key:
            raise Conflict("store.backup_other_key", path=settings.chain_key_file, file=path.name)
        chain = Chain(key.encode(), folder / _LOG, settings.chain_digest)
        source = open_store(f"sqlite:///{folder / _STORE}", create=False)
        try:
            if any(one.what == "wrong_key" for one in source.events.faults(chain)):
                raise Conflict("store.backup_wrong_key", file=path.name)
            target = open_store(settings.database_url)
            try:
                copy_store(source, target)
            finally:
                target.close()
            photos = _photos_back(tar, files)
        finally:
            source.close()
        for name, place in ((_LOG, log), (_KEY, settings.chain_key_file)):
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, place)
            place.chmod(0o600)
    return Backup(path.stat().st_size, told["events"], photos)


@contextmanager
def _folder(beside: Path) -> Iterator[Path]:
    """Give a folder for its owner alone, on the disk where all is to be; it goes at the end."""
    with tempfile.TemporaryDirectory(dir=beside, prefix=".backup-") as name:
        yield Path(name)


def _copy(store: Store, path: Path) -> None:
    """Write all rows of one moment into a new file of SQLite, and look at its pages."""
    if store.engine.dialect.name != "sqlite":
        copied = open_store(f"sqlite:///{path}")
        try:
            copy_rows(store, copied)
        finally:
            copied.close()
        return
    original = str(make_url(store.url).database)
    damaged = NotReady("store.damaged", path=Path(original).absolute())
    try:
        with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
            looked = target.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise damaged from error
    if looked != "ok":
        raise damaged


def _add(tar: tarfile.TarFile, name: str, data: bytes, now: datetime) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(data), 0o600, int(now.timestamp())
    tar.addfile(info, io.BytesIO(data))


def _add_photo(tar: tarfile.TarFile, files: PhotoFiles, photo_id: str) -> bool:
    try:
        for size in PHOTO_SIZES:
            name = f"photos/{photo_id}-{size}.jpg"
            tar.add(files.path(photo_id, size), name, filter=_private)
    except FileNotFoundError:
        return False
    return True


def _private(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.mode, info.uid, info.gid, info.uname, info.gname = 0o600, 0, 0, "", ""
    return info


def _digest_of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except tarfile.TarError as error:
        raise BadInput("store.no_backup", file=path.name) from error


def _members(tar: tarfile.TarFile, folder: Path, path: Path) -> Mapping[str, Any]:
    """Unpack what is no photo into a folder, and look whether it is as it was packed."""
    damaged = BadInput("store.no_backup", file=path.name)
    try:
        tar.getmembers()  # a file that is cut off says so before anything is brought back
        told: dict[str, Any] = json.loads(_stream(tar, _TOLD).read())
        wanted = {name: told["digests"][name] for name in (_STORE, _KEY, _LOG)}
        for name, digest in wanted.items():
            with (folder / name).open("xb") as stream:
                shutil.copyfileobj(_stream(tar, name), stream, _PIECE)
            if _digest_of_file(folder / name) != digest:
                raise BadInput("store.backup_damaged", file=path.name, member=name)
    except (KeyError, TypeError, ValueError) as error:
        raise damaged from error
    return told


def _stream(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    stream = tar.extractfile(name)
    if stream is None:
        raise KeyError(name)
    return stream


def _photos_back(tar: tarfile.TarFile, files: PhotoFiles) -> int:
    """Unpack the photos; whether each is what it was tells ``check``."""
    found: dict[str, dict[str, bytes]] = {}
    count = 0
    for member in tar:
        name = _PHOTO.fullmatch(member.name)
        if name is None or not member.isfile():
            continue
        sizes = found.setdefault(name[1], {})
        sizes[name[2]] = _stream(tar, member.name).read()
        if set(sizes) == set(PHOTO_SIZES):
            files.keep(sizes)
            del found[name[1]]
            count += 1
    return count
