"""What the service writes down: who changed something, and what went wrong. No texts of people."""

import logging
import time
from pathlib import Path

from flask import Flask, Response, g, has_request_context, request

from geo_service.flow.logs import RotatedFile
from geo_service.web.base.limits import address

FILE = "service.log"
_LINE = "%(asctime)s %(levelname)s %(actor)s %(message)s"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_log = logging.getLogger("geo_service.changes")


class WithActor(logging.Filter):
    """Adds to a record whose request it is about; a dash where nobody signed in."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take every record."""
        # Only a person who was asked for already: a mistake while asking must be written too.
        person = getattr(g, "_login_user", None) if has_request_context() else None
        record.actor = getattr(person, "name", "-")
        return True


def to_file(var: Path) -> logging.Handler:
    """Write what is logged into ``service.log`` of the `var` folder, beside standard error."""
    handler = RotatedFile(var / FILE)
    handler.addFilter(WithActor())
    form = logging.Formatter(_LINE, "%Y-%m-%dT%H:%M:%SZ")
    form.converter = time.gmtime
    handler.setFormatter(form)
    errors = logging.StreamHandler()
    errors.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.WARNING, handlers=[handler, errors], force=True)
    _log.setLevel(logging.INFO)
    return handler


def init_app(app: Flask) -> None:
    """Note each request that may change something: who, what, how it ended."""

    @app.after_request
    def note(response: Response) -> Response:
        if request.method not in _READS:
            what = (request.method, request.path, response.status_code, address())
            _log.info("%s %s %s from %s", *what)
        return response
