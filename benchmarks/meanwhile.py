"""People sign in and report while a file of 400,000 reports is taken in.

The real server and the real command over one store; a process of its own sends two sign-ins and two
reports a second, at moments drawn beforehand, each sign-in from an address of its own as behind a
proxy. Those count that were sent while the import ran; the same import alone is its peer.
"""

from __future__ import annotations

import http.client
import json
import re
import tempfile
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.city import City, CityParams, make_city
from benchmarks.load import NAME, PASSWORD, Answers, run
from benchmarks.rows import AnsweredWithin, Row
from benchmarks.sender import Plan, Request
from benchmarks.service import Service
from geo_service.people import hash_password
from geo_service.store import open_store

CITY = CityParams(areas=5_000, reports=400_000, weeks=52)
RATE = 2.0
"""Sign-ins a second; as many reports."""

STANDING = 5_000
"""Reports there were before: a service without figures is not ready."""

P95_SECONDS = 0.5
WARM_SECONDS = 8.0
NAMES = [f"{NAME} {n}" for n in range(12)]
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Meanwhile:
    """What came of it.

    Parameters
    ----------
    alone, among
        Seconds of the import by itself, and while others wrote.
    answers
        To those who asked while it ran.
    """

    alone: float
    among: float
    answers: Answers


def measure() -> Iterator[Row]:
    """Yield the rows of sign-ins, of reports and of the import."""
    with tempfile.TemporaryDirectory() as name:
        got = measured(Path(name), CITY)
    for kind in ("sign_in", "report"):
        yield _row(got, kind)
    note = f"{CITY.reports:,} rows; {RATE:g} sign-ins and {RATE:g} reports a second meanwhile"
    alone = "the same import alone"
    times = {"peer": alone, "peer_times": [got.alone]}
    yield Row.of("meanwhile_import", [got.among], **times, note=note)


def measured(folder: Path, params: CityParams) -> Meanwhile:
    """Import the reports of a city twice, into two stores: alone, and while others write."""
    city, standing = make_city(params), make_city(replace(params, reports=STANDING))
    _, reports = city.write(folder)
    alone = _prepared(folder / "alone", standing).run("reports", "import", reports).seconds
    service = _prepared(folder / "among", standing)
    with service.serving() as address:
        others = _Others.at(address, city)
        run(others.plan(WARM_SECONDS, seed=1), folder)
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(run, others.plan(2 * alone + 5, seed=2), folder)
            among = service.run("reports", "import", reports).seconds
            answers = sent.result()
    answers.table = answers.table[answers.table["at"] < among]
    return Meanwhile(alone, among, answers)


def _prepared(folder: Path, standing: City) -> Service:
    folder.mkdir()
    service = Service.within(folder)
    # then the address of who asks is the one that a proxy tells
    service = replace(service, environ=service.environ | {"GEO_SERVICE_HTTPS": "1"})
    service.take_in(standing)
    store = open_store(service.environ["GEO_SERVICE_DB"])
    for name in NAMES:
        now = datetime.now(UTC)
        store.accounts.add(name, "supervisor", hash_password(PASSWORD, name), None, now)
    store.close()
    return service


def _row(got: Meanwhile, kind: str) -> Row:
    table = got.answers.table[got.answers.table["kind"] == kind]
    wrong = table.loc[table["error"] != "", "error"]
    ms = (table["seconds"].quantile([0.5, 1.0]) * 1000).tolist()
    late = got.answers.late(0.95, kind)
    note = f"{len(table)} in {got.among:.0f} s, p50 {ms[0]:.0f} ms, max {ms[1]:.0f} ms"
    note += f", {len(wrong)} failed {', '.join(sorted(set(wrong)))}".rstrip()
    asked = AnsweredWithin(P95_SECONDS, RATE, RATE, len(wrong))
    return Row.of(f"meanwhile_{kind}_p95", [late], asked=asked, note=note)


@dataclass(frozen=True)
class _Others:
    """Who writes meanwhile: somebody before the form of signing in, and somebody who is in."""

    host: str
    before: dict[str, str]
    inside: dict[str, str]
    city: City

    @classmethod
    def at(cls, address: str, city: City) -> _Others:
        host = urllib.parse.urlsplit(address).netloc
        before = _with_token(host, "/sign-in", {})
        headers = {**before, "X-Forwarded-For": "10.9.9.9", "Content-Type": _FORM}
        cookie, _ = _asked(host, "POST", "/sign-in", headers, _form(NAMES[0], before))
        return cls(host, before, _with_token(host, "/reports/new", {"Cookie": cookie}), city)

    def plan(self, seconds: float, seed: int) -> Plan:
        """Draw what is sent: a quarter of a second apart in the mean."""
        rng = np.random.default_rng(seed)
        at = np.arange(0, seconds, 1 / RATE) + rng.uniform(
            0, 1 / RATE, int(np.ceil(seconds * RATE))
        )
        asked = [self._sign_in(n, when, seed) for n, when in enumerate(at.tolist())]
        at += 0.5 / RATE
        asked += [self._report(n, when, rng) for n, when in enumerate(at.tolist())]
        host, _, port = self.host.partition(":")
        return Plan(host, int(port), {}, sorted(asked, key=lambda one: one.at))

    def _sign_in(self, n: int, at: float, seed: int) -> Request:
        own = {"X-Forwarded-For": f"10.{seed}.{n // 250}.{n % 250}", "Content-Type": _FORM}
        body = _form(NAMES[n % len(NAMES)], self.before)
        return Request(at, "sign_in", "/sign-in", "POST", body, self.before | own, expect=303)

    def _report(self, n: int, at: float, rng: np.random.Generator) -> Request:
        point = self.city.reports.iloc[int(rng.integers(len(self.city.reports)))]
        fields = {
            "category": point.category,
            "lon": round(float(point.lon), 6),
            "lat": round(float(point.lat), 6),
            "description": f"{n}: {at:.6f}",
        }
        headers = self.inside | {"Content-Type": "application/json"}
        return Request(
            at, "report", "/api/reports", "POST", json.dumps(fields), headers, expect=201
        )


def _form(name: str, before: dict[str, str]) -> str:
    form = {"name": name, "password": PASSWORD, "csrf_token": before["X-CSRFToken"]}
    return urllib.parse.urlencode(form)


def _with_token(host: str, path: str, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers of who has the page's cookie and token."""
    cookie, page = _asked(host, "GET", path, headers)
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    if found is None:
        raise RuntimeError(f"{path} has no token")
    return {"Cookie": cookie or headers.get("Cookie", ""), "X-CSRFToken": found[1]}


def _asked(
    host: str, method: str, path: str, headers: dict[str, str], body: str = ""
) -> tuple[str, str]:
    """Return the cookie and the page of an answer; no jar would send what is for https alone."""
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    cookies = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", [])]
    connection.close()
    return "; ".join(cookies), page
