"""Many readers at once: pages, weeks, lists, exports and new reports, 200 a second for a minute.

The real server over a city of 5,000 areas and 52 weeks; a process of its own sends the requests at
moments drawn beforehand, whether the answers before have come or not, over the loopback alone.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.city import City, CityParams, make_city
from benchmarks.rows import AnsweredWithin, Row
from benchmarks.sender import Plan, Request
from benchmarks.service import Service

CITY = CityParams(areas=5_000, reports=100_000, weeks=52, categories=4)
CREWS = 20
RATE = 200
SECONDS = 60
WARM_SECONDS = 30
P95_SECONDS = 0.2
SHARES = {"page": 10, "values": 50, "list": 20, "areas": 10, "export": 5, "report": 5}
"""How many of 100 requests are of which kind."""

NAME, PASSWORD = "measurer", "seven thirty in the morning"
_LAYERS = ("rebound", "hotspots", "density", "cases")


def measure() -> Iterator[Row]:
    """Yield the row of the mixed load."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service, city = prepared(folder)
        with service.serving() as address:
            mix = Mix(address, city)
            # Both processes are to have met each kind of request: a service runs for weeks.
            run(mix.plan(0.75 * RATE, WARM_SECONDS, seed=1), folder)
            before = os.getloadavg()[0]
            answers = run(mix.plan(RATE, SECONDS, seed=2), folder)
    after = os.getloadavg()[0]
    yield row("load_p95", answers, (P95_SECONDS, RATE, SECONDS), SHARES, (before, after))


def prepared(folder: Path) -> tuple[Service, City]:
    """Take the city in, with crews and an account."""
    city = make_city(CITY)
    service = Service.within(folder)
    service.take_in(city)
    crews = folder / "crews.csv"
    _crews(city).to_csv(crews, index=False)
    service.run("crews", "import", crews)
    service.add_user(NAME, PASSWORD)
    return service, city


def _crews(city: City) -> pd.DataFrame:
    at = city.reports.iloc[:: len(city.reports) // CREWS].head(CREWS)
    number = np.arange(1, CREWS + 1)
    return pd.DataFrame(
        {
            "crew_id": [f"C{n}" for n in number],
            "name": [f"crew {n}" for n in number],
            "skills": "wash haul",
            "weekdays": "1-7",
            "depot_lon": at["lon"].to_numpy(),
            "depot_lat": at["lat"].to_numpy(),
        }
    )


@dataclass(frozen=True)
class Reader:
    """Somebody who signed in: what every request says, and the weeks there are."""

    host: str
    port: int
    headers: dict[str, str]
    token: str
    weeks: list[str]

    @classmethod
    def at(cls, address: str) -> Reader:
        """Sign in at the server's `address`."""
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        token = _token(opener, f"{address}/sign-in")
        form = {"name": NAME, "password": PASSWORD, "csrf_token": token}
        opener.open(f"{address}/sign-in", urllib.parse.urlencode(form).encode()).read()
        token = _token(opener, address)
        headers = {
            "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar),
            "Accept-Encoding": "gzip",
            "Accept-Language": "zh-CN",
            "Connection": "keep-alive",
        }
        with opener.open(f"{address}/api/periods") as answer:
            weeks = json.load(answer)["weeks"]
        parts = urllib.parse.urlsplit(address)
        return cls(str(parts.hostname), int(parts.port or 80), headers, token, weeks)

    def plan(self, requests: list[Request]) -> Plan:
        """Return `requests` as this reader's."""
        return Plan(self.host, self.port, self.headers, requests)


class Mix:
    """The requests of signed-in readers, drawn by a seed.

    Parameters
    ----------
    address
        The server's.
    city
        What it shows.
    """

    def __init__(self, address: str, city: City) -> None:
        reader = Reader.at(address)
        self.reader, self.token = reader, reader.token
        asked = urllib.request.Request(f"{address}/api/areas.geojson", headers=reader.headers)
        with urllib.request.urlopen(asked) as answer:
            self.mark = str(answer.headers["ETag"])
            answer.read()
        self.weeks = reader.weeks
        areas = city.areas[city.areas["kind"] != "subdistrict"]
        self.area_ids = areas["area_id"].tolist()
        self.points = city.reports[["category", "lon", "lat"]].sample(5_000, random_state=3)
        self.categories = ["*", *sorted(city.reports["category"].unique())]

    def plan(self, rate: float, seconds: float, seed: int) -> Plan:
        """Draw requests at random moments, `rate` a second in the mean."""
        rng = np.random.default_rng(seed)
        total = round(rate * seconds)
        at = np.sort(rng.uniform(0, seconds, total))
        shares = np.array(list(SHARES.values())) / 100
        kinds = rng.choice(list(SHARES), total, p=shares).tolist()
        makers: dict[str, Callable[[np.random.Generator, float], Request]] = {
            "page": self._page,
            "values": self._values,
            "list": self._list,
            "areas": self._areas,
            "export": self._export,
            "report": self._report,
        }
        requests = [makers[kind](rng, when) for kind, when in zip(kinds, at.tolist(), strict=True)]
        return self.reader.plan(requests)

    def _week(self, rng: np.random.Generator) -> str:
        # Every other reader looks at the latest week; the others go through the year.
        latest = rng.uniform() < 0.5
        return self.weeks[-1 if latest else int(rng.integers(len(self.weeks)))]

    def _category(self, rng: np.random.Generator) -> str:
        return self.categories[int(rng.integers(len(self.categories)))]

    def _page(self, rng: np.random.Generator, at: float) -> Request:
        if rng.uniform() < 0.8:
            return Request(at, "page", "/")
        return Request(at, "page", f"/areas/{self._area(rng)}")

    def _area(self, rng: np.random.Generator) -> str:
        return urllib.parse.quote(str(self.area_ids[int(rng.integers(len(self.area_ids)))]))

    def _values(self, rng: np.random.Generator, at: float) -> Request:
        layer = _LAYERS[int(rng.integers(len(_LAYERS)))]
        address = f"/api/values/{layer}/{self._week(rng)}?category={self._category(rng)}"
        return Request(at, "values", address)

    def _list(self, rng: np.random.Generator, at: float) -> Request:
        asked = f"category={self._category(rng)}"
        if rng.uniform() < 0.5:
            week = self._week(rng)
            return Request(at, "list", f"/api/areas/{self._area(rng)}/summary?{asked}&week={week}")
        if rng.uniform() < 0.5:
            # The list follows the map's extent, which is another at each step of each reader.
            point = self.points.iloc[int(rng.integers(len(self.points)))]
            edges = (point.lon - 0.01, point.lat - 0.01, point.lon + 0.01, point.lat + 0.01)
            asked += "&bbox=" + ",".join(f"{edge:.5f}" for edge in edges)
        return Request(at, "list", f"/api/worst/{self._week(rng)}?{asked}&limit=50")

    def _areas(self, _: np.random.Generator, at: float) -> Request:
        known = {"If-None-Match": self.mark}
        return Request(at, "areas", "/api/areas.geojson", headers=known, expect=304)

    def _export(self, rng: np.random.Generator, at: float) -> Request:
        category = self.categories[1 + int(rng.integers(len(self.categories) - 1))]
        since = f"from={(pd.Timestamp('2026-06-28') - pd.Timedelta(days=7)).date()}"
        address = (
            f"hotspots.csv?category={category}",
            f"hotspots.geojson?category={category}&kind=alley",
            f"hotspots.csv?category={category}&week={self._week(rng)}",
            f"cases.csv?category={category}&{since}",
            f"rebounds.geojson?{since}",
            "areas.csv?kind=market",
        )
        return Request(at, "export", f"/exports/{address[int(rng.integers(len(address)))]}")

    def _report(self, rng: np.random.Generator, at: float) -> Request:
        point = self.points.iloc[int(rng.integers(len(self.points)))]
        fields = {
            "category": point.category,
            "lon": round(float(point.lon + rng.normal(0, 2e-4)), 6),
            "lat": round(float(point.lat + rng.normal(0, 2e-4)), 6),
            "description": f"{at:.6f}",
        }
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        body = json.dumps(fields)
        return Request(at, "report", "/api/reports", "POST", body, headers, expect=201)


def _token(opener: urllib.request.OpenerDirector, address: str) -> str:
    page = opener.open(address).read().decode()
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page has no token")
    return found[1]


class Answers:
    """What came of a plan.

    Parameters
    ----------
    told
        As the sender prints it.
    """

    def __init__(self, told: dict[str, list[dict[str, object]]]) -> None:
        self.table = pd.DataFrame(told["sent"])

    def errors(self) -> Counter[str]:
        """Count what went wrong, by what it was."""
        wrong = self.table.loc[self.table["error"] != "", "error"]
        return Counter(wrong.str.replace(r"[?].*", "", regex=True))

    def rate(self) -> float:
        """Return how many right answers came a second, from the first moment to the last answer."""
        right = self.table[self.table["error"] == ""]
        return len(right) / float((self.table["at"] + self.table["seconds"]).max())

    def late(self, share: float, kind: str | None = None) -> float:
        """Return the seconds within which `share` of the answers came."""
        table = self.table if kind is None else self.table[self.table["kind"] == kind]
        return float(table["seconds"].quantile(share))


def run(plan: Plan, folder: Path) -> Answers:
    """Let a process of its own send `plan`."""
    path = folder / "plan.json"
    plan.write(path)
    command = [sys.executable, "-m", "benchmarks.sender", str(path)]
    done = subprocess.run(command, capture_output=True, check=True)
    return Answers(json.loads(done.stdout))


def row(
    name: str,
    answers: Answers,
    asked: tuple[float, float, float],
    kinds: Iterable[str],
    load: tuple[float, float],
) -> Row:
    """Return the row of a run; the figure is the time within which 95 % were answered.

    Parameters
    ----------
    asked
        Seconds for that, requests a second, and for how many seconds.
    kinds
        Those whose own time is told.
    load
        Mean number of processes that wanted a core, before the run and after it.
    """
    within, rate, seconds = asked
    errors, found = sum(answers.errors().values()), answers.rate()
    each = ", ".join(f"{kind} {answers.late(0.95, kind) * 1000:.0f}" for kind in kinds)
    note = (
        f"{found:.0f} answers/s for {seconds:g} s, p50 {answers.late(0.5) * 1000:.0f} ms, "
        f"p99 {answers.late(0.99) * 1000:.0f} ms, {errors} errors; "
        f"p95 of each kind in ms: {each}; "
        f"load average {load[0]:.1f} before, {load[1]:.1f} after"
    )
    judged = AnsweredWithin(within, rate, found, errors)
    return Row.of(name, [answers.late(0.95)], asked=judged, note=note)
