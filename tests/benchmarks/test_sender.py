"""The sender keeps to its moments, counts from them, and calls wrong what is wrong."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from benchmarks.load import Answers
from benchmarks.rows import AnsweredWithin, Row, SizeAtMost
from benchmarks.sender import Plan, Request, send

DELAY = 0.3


async def serve(reader, writer):
    while not reader.at_eof():
        head = b""
        while not head.endswith(b"\r\n\r\n") and not reader.at_eof():
            head += await reader.readline()
        if b"/slow" in head:
            await asyncio.sleep(DELAY)
        status = b"404 NOT FOUND" if b"/nope" in head else b"200 OK"
        body = b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
        if b"/whole" in head:
            body = b"Content-Length: 3\r\n\r\nabc"
        if head:
            writer.write(b"HTTP/1.1 " + status + b"\r\n" + body)
    writer.close()


def sent(requests, connections=1):
    async def run():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            found = await send(Plan("127.0.0.1", port, {}, requests, connections))
            # Both ends are to be closed before the loop is.
            await asyncio.sleep(0.05)
            return found

    # in a thread of its own: another test may have left a loop running in this one
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()


def test_answers_are_read_to_their_end_and_judged():
    got = sent([Request(0.0, "a", "/whole"), Request(0.01, "b", "/"), Request(0.02, "c", "/nope")])
    assert [(one.kind, one.size) for one in got] == [("a", 3), ("b", 4), ("c", 4)]
    assert [one.error for one in got] == ["", "", "404 instead of 200: GET /nope"]


def test_a_request_waits_for_no_other_and_counts_from_its_moment():
    got = sent([Request(0.0, "slow", "/slow"), Request(0.01, "quick", "/whole")])
    assert got[0].seconds >= DELAY
    assert got[0].at + got[0].seconds > got[1].at + got[1].seconds


def answers(errors):
    row = {"kind": "page", "at": 1.0, "seconds": 0.1, "late": 0.0, "size": 1, "error": ""}
    wrong = {**row, "error": "500 instead of 200: GET /?a=1"}
    return Answers({"sent": [row] * 99 + [wrong] * errors})


def test_an_error_is_not_forgiven():
    for errors, holds in ((0, True), (1, False)):
        got = answers(errors)
        asked = AnsweredWithin(0.2, 80, got.rate(), sum(got.errors().values()))
        assert Row.of("load_x", [got.late(0.95)], asked=asked).holds is holds
    assert answers(2).errors() == {"500 instead of 200: GET /": 2}


def test_a_rate_that_was_not_kept_is_not_forgiven():
    assert Row.of("load_x", [0.1], asked=AnsweredWithin(0.2, 200, 150.0, 0)).holds is False
    assert Row.of("load_x", [0.3], asked=AnsweredWithin(0.2, 200, 200.0, 0)).holds is False


def test_a_size_is_judged_by_what_was_found():
    assert Row.of("areas_x", [1.0], asked=SizeAtMost(200, 183.0)).holds is True
    assert Row.of("areas_x", [1.0], asked=SizeAtMost(200, 201.0)).holds is False
