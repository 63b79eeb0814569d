"""JSON and streamed answers: with a mark by which a browser knows what it has, and compressed."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote

from flask import Response, request

_SMALL = 860
_GZIP_WBITS = 31


@dataclass(frozen=True)
class Body:
    """The bytes of an answer, plain and compressed, and their mark."""

    plain: bytes
    packed: bytes
    mark: str

    @property
    def nbytes(self) -> int:
        """How many bytes it holds."""
        return len(self.plain) + len(self.packed)

    @classmethod
    def of(cls, plain: bytes, level: int = 6) -> Self:
        """Compress `plain` and mark it."""
        packed = gzip.compress(plain, level, mtime=0) if len(plain) > _SMALL else b""
        return cls(plain, packed, hashlib.blake2b(plain, digest_size=12).hexdigest())


def as_json(payload: object) -> bytes:
    """Write `payload` as compact JSON; a NaN in it is a mistake and raises."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def json_answer(payload: object, status: int = 200) -> Response:
    """Answer `payload` as JSON."""
    response = body_answer(Body.of(as_json(payload), level=1), "application/json")
    if status != 200:
        response.status_code = status
    return response


def body_answer(body: Body, mimetype: str, cache: str = "private, no-cache") -> Response:
    """Answer `body`: not modified, compressed or plain, as the browser can take it.

    `cache` says who may keep it and for how long; what is public is the same for everybody.
    """
    packed = bool(body.packed) and takes_gzip()
    response = Response(body.packed if packed else body.plain, mimetype=mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    # Two encodings are two representations: each has a mark of its own.
    response.set_etag(f"{body.mark}-gz" if packed else body.mark)
    response.vary.add("Accept-Encoding")
    if not cache.startswith("public"):
        response.vary.add("Cookie")
    response.headers["Cache-Control"] = cache
    response.make_conditional(request)
    return response


def stream_answer(
    pieces: Iterable[bytes], mimetype: str, filename: str, *, packed: bool = False
) -> Response:
    """Answer a file in pieces, which may be `packed` already, to be saved as `filename`."""
    if not packed and takes_gzip():
        pieces, packed = pack(pieces), True
    response = Response(iter(pieces), content_type=mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.vary.add("Cookie")
    names = {"filename": filename}
    if not filename.isascii():
        # a header holds no Han: browsers take the second name, others the first
        plain = filename.encode("ascii", "ignore").decode()
        names = {"filename": plain, "filename*": f"UTF-8''{quote(filename)}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def takes_gzip() -> bool:
    """Tell whether the browser takes compressed answers."""
    return request.accept_encodings.quality("gzip") > 0


def pack(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Compress `pieces`, fast rather than small."""
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP_WBITS)
    for piece in pieces:
        packed = packer.compress(piece)
        if packed:
            yield packed
    yield packer.flush()
