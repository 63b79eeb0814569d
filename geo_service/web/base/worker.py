"""A worker of gunicorn in which waitress serves: no thread waits for a slow client.

gunicorn starts, watches and stops the processes; its own threads would each read one request from
its first byte. waitress reads requests to their end, and sends answers, in one loop of its own;
a thread has only whole requests. What is large waits in a temporary file meanwhile.
"""

import copy
import logging
import os
import time
from collections.abc import Callable
from typing import Any

from gunicorn.workers.base import Worker
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

CONNECTIONS = 400
"""Open connections of a process; each takes a file descriptor, of which it has 1,024."""

IDLE_SECONDS = 30
"""Seconds without a byte after which a connection is closed."""

STRANGERS_BYTES = 64 * 1024
"""Bytes of a body from who has not signed in: more is refused by the header, nothing is read."""

_LOOP_SECONDS = 1.0
_HEADERS = 64 * 1024
# So much of an answer lies ready for a slow reader before the thread that makes it waits.
_ANSWER = 256 * 1024 * 1024


class WaitressWorker(Worker):  # type: ignore[misc]
    """Serves what gunicorn listens on."""

    def run(self) -> None:
        """Serve until told to stop, then finish what was begun."""
        # It would tell each time that all threads are at work.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        server = create_server(
            self.wsgi,
            sockets=[listener.sock for listener in self.sockets],
            threads=self.cfg.threads,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=IDLE_SECONDS // 3,
            max_request_header_size=_HEADERS,
            max_request_body_size=self.app.largest_request,
            outbuf_high_watermark=_ANSWER,
            # Who was forwarded is not looked up, but that somebody was must be seen.
            clear_untrusted_proxy_headers=False,
            asyncore_use_poll=True,
            ident=None,
        )
        server.channel_class = _channels(server.adj, self.app.knows)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            _step(server, _LOOP_SECONDS)
        server.accepting = False
        until = time.monotonic() + self.cfg.graceful_timeout
        while _busy(server) and time.monotonic() < until:
            self.notify()
            _step(server, 0.05)
        server.task_dispatcher.shutdown(timeout=1)
        server.asyncore.close_all(server._map)  # noqa: SLF001


def _channels(adjustments: Any, knows: Callable[[str], bool]) -> type[Any]:  # noqa: ANN401
    """Return how connections are read, so that a stranger's large body is not."""
    strict = copy.copy(adjustments)
    strict.max_request_body_size = min(STRANGERS_BYTES, adjustments.max_request_body_size)

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            has_body = self.chunked or self.content_length > 0
            if has_body and not knows(self.headers.get("COOKIE", "")):
                self.adj = strict

    class Channel(HTTPChannel):  # type: ignore[misc]
        parser_class = Parser

    return Channel


def _step(server: Any, seconds: float) -> None:  # noqa: ANN401 - waitress has no types
    server.asyncore.loop(seconds, use_poll=True, map=server._map, count=1)  # noqa: SLF001


def _busy(server: Any) -> bool:  # noqa: ANN401
    channels = list(server.active_channels.values())
    return any(channel.requests or channel.total_outbufs_len for channel in channels)
