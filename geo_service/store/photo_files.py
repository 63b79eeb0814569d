"""The files of photos, beside the database: each under the digest of what is in it."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geo_service.terms import BadUse

PHOTO_SIZES = ("full", "screen", "thumb")
"""The sizes in which each photo is kept; the digest of the first one is its id."""

_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


def digest_of(data: bytes) -> str:
    """Return the digest of a file of `data`, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class PhotoFiles:
    """A folder of photos, readable by its owner alone; made where it is missing."""

    folder: Path

    def path(self, photo_id: str, size: str) -> Path:
        """Return where a photo of one of :data:`PHOTO_SIZES` lies.

        Raises
        ------
        BadUse
            If there is no such size, or `photo_id` can be none.
        """
        if size not in PHOTO_SIZES or not _ID.fullmatch(photo_id):
            known = ", ".join(PHOTO_SIZES)
            raise BadUse("photos.no_size", name="size", value=size, known=known)
        return self.folder / photo_id[:2] / f"{photo_id}-{size}.jpg"

    def keep(self, sizes: Mapping[str, bytes]) -> str:
        """Write a photo of every size, each whole or not at all; returns its id."""
        photo_id = digest_of(sizes[PHOTO_SIZES[0]])
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for size in PHOTO_SIZES:
            path = self.path(photo_id, size)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            draft = path.with_name(f".{secrets.token_hex(8)}")
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(sizes[size])
                    stream.flush()
                    os.fsync(stream.fileno())
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
        return photo_id

    def erase(self, photo_id: str) -> None:
        """Take the files of a photo away."""
        for size in PHOTO_SIZES:
            self.path(photo_id, size).unlink(missing_ok=True)

    def faults(self, photo_id: str, digests: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return what is wrong with a photo's files: ``missing`` or ``altered``, and the size.

        `digests` are those of each size.
        """
        found = []
        for size, digest in digests.items():
            path = self.path(photo_id, size)
            if not path.is_file():
                found.append(("missing", size))
            elif digest_of(path.read_bytes()) != digest:
                found.append(("altered", size))
        return found

    def put_away(self, now: datetime) -> None:
        """Begin another folder: the photos of a demo have left, and theirs is kept.

        It gets the moment into its name.
        """
        if self.folder.exists():
            self.folder.rename(self.folder.with_name(f"{self.folder.name}.{now:%Y%m%dT%H%M%S}"))
