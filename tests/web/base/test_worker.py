"""The worker: whole requests alone take a thread, and what was begun is finished."""

import os
import socket
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from geo_service.web.base.worker import WaitressWorker


@contextmanager
def worker(wsgi, threads=1, largest=1000):
    config = Config()
    config.set("threads", threads)
    config.set("graceful_timeout", 5)
    listening = socket.create_server(("127.0.0.1", 0))
    app = SimpleNamespace(largest_request=largest, knows=lambda cookies: "known" in cookies)
    made = WaitressWorker(0, os.getppid(), [SimpleNamespace(sock=listening)], app, 9, config, None)
    made.wsgi = wsgi
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield made, listening.getsockname()
    finally:
        made.alive = False
        thread.join(10)
        made.tmp.close()
        assert not thread.is_alive()


def hello(environ, start):
    start("200 OK", [("Content-Length", "2")])
    return [b"hi"]


def say(place, said):
    connection = socket.create_connection(place, timeout=5)
    connection.sendall(said)
    return connection


def answer(connection):
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    connection.close()
    return b"".join(parts)


GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "half", [b"GET / HT", GET[:-2], b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_half_a_request_takes_no_thread(half):
    with worker(hello) as (_, place):
        held = [say(place, half) for _ in range(5)]
        assert answer(say(place, GET)).endswith(b"hi")
        for connection in held:
            connection.close()


def test_what_was_begun_is_finished():
    begun, go_on = threading.Event(), threading.Event()

    def slow(environ, start):
        begun.set()
        go_on.wait(5)
        return hello(environ, start)

    with worker(slow) as (made, place):
        connection = say(place, GET)
        assert begun.wait(5)
        made.alive = False
        time.sleep(0.05)
        go_on.set()
        assert answer(connection).endswith(b"hi")


def test_who_is_forwarded_is_seen_and_not_believed():
    seen = []

    def look(environ, start):
        seen.append((environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_FOR")))
        return hello(environ, start)

    with worker(look) as (_, place):
        answer(say(place, GET.replace(b"Host: x", b"Host: x\r\nX-Forwarded-For: 9.9.9.9")))
    assert seen == [("127.0.0.1", "9.9.9.9")]


def test_what_is_too_large_is_refused_before_it_comes():
    with worker(hello, largest=1000) as (_, place):
        told = answer(say(place, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n"))
    assert told.startswith(b"HTTP/1.1 413 ")
    assert b"Server:" not in told


@pytest.mark.parametrize("length", [b"Content-Length: 100000", b"Transfer-Encoding: chunked"])
def test_a_strangers_large_body_is_refused_before_it_is_read(length):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n" + length + b"\r\n\r\n"
    with worker(hello, largest=1_000_000) as (_, place):
        stranger = say(place, head % b"Cookie: a=b")
        if b"chunked" in length:
            stranger.sendall(b"%x\r\n" % 70_000 + bytes(70_000) + b"\r\n")
        assert b" 413 " in answer(stranger).partition(b"\r\n")[0]
        body = bytes(100_000)
        if b"chunked" in length:
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        assert answer(say(place, head % b"Cookie: a=known" + body)).endswith(b"hi")
