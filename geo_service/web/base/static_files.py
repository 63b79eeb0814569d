"""Styles, scripts, icons: compressed once, under addresses that change when a file does.

A script of ours comes with all that it imports, so that a browser asks once. The version stands in
the path, so that what a script loads later has the same version.
"""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response
from werkzeug.exceptions import NotFound

from geo_service.publish.bundle import bundled
from geo_service.web.base.answers import Body, body_answer

FOLDER = Path(__file__).parents[1] / "static"
ENDPOINT = "static"
# Vendored files have a version in their path already.
_OF_THEIR_OWN = "vendor/"
_SCRIPTS = "js/"
_FOREVER = "public, max-age=31536000, immutable"
_ASK = "private, no-cache"
_BEST = 9


@cache
def files() -> dict[str, Path]:
    """Return all files by their path below the folder, as they were when the process began."""
    found = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path for path in found}


@cache
def version() -> str:
    """Return a word that is another one when any file is."""
    digest = hashlib.blake2b(digest_size=6)
    for name, path in files().items():
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return f"v-{digest.hexdigest()}"


@cache
def _body(name: str) -> Body:
    if name.startswith(_SCRIPTS):
        return Body.of(bundled(FOLDER, name, module=True).encode(), _BEST)
    return Body.of(files()[name].read_bytes(), _BEST)


def send(filename: str) -> Response:
    """Answer a file, with or without a version before its path."""
    first, _, rest = filename.partition("/")
    name = rest if first.startswith("v-") else filename
    if name not in files():
        raise NotFound
    kept = first == version() or name.startswith(_OF_THEIR_OWN)
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return body_answer(_body(name), mimetype, _FOREVER if kept else _ASK)


def init_app(app: Flask) -> None:
    """Serve the files of `app`; ``url_for("static", filename=…)`` names their version."""
    app.add_url_rule("/static/<path:filename>", ENDPOINT, send)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        name = values.get("filename", "")
        if endpoint == ENDPOINT and not name.startswith(_OF_THEIR_OWN):
            values["filename"] = f"{version()}/{name}"
