"""A real Chromium against the real server with the demo district.

Every page is watched: whatever a test does, no request may leave the house, no
Content-Security-Policy may be violated, and no script may fail.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from geo_service.people import hash_password
from geo_service.store import open_store

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
COMMAND = [sys.executable, "-m", "geo_service"]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
PASSWORD = "seven thirty in the morning"
SUPERVISOR, LEADER = "supervisor", "leader-a"
HOSTILE = "<img src=x onerror=\"document.title='owned'\">${1}`'\""
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`);
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str:
    """Return the browser's path; without one skip, or fail where tests must be whole."""
    for name in ("chromium", "chromium-browser"):
        path = shutil.which(name)
        if path:
            return path
    reason = "chromium is missing: apt-get install chromium fonts-noto-cjk"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class Server:
    """A running service and the store behind it."""

    address: str
    url: str
    hostile_area: str


@dataclass
class Watch:
    """What a page asked for and complained about."""

    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Watch `page` from now on."""
        page.on("request", lambda request: self._asked(request.url))
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", lambda line: self._said(line.type, line.text))

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob", "about"):
            self.hosts.add(urlsplit(url).netloc)

    def _said(self, kind: str, text: str) -> None:
        refused = "status of 409" in text  # what a test asks for twice is rightly refused
        if (kind == "error" and not refused) or "Content Security Policy" in text:
            self.complaints.append(text)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def demo_server(
    browser: Browser, demo_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Start the service as a person would, on a free port, with the demo district."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{demo_in(folder, demo_file)}"
    hostile = _prepare(url)
    with serving(folder) as address:
        yield Server(address, url, hostile)


def demo_in(folder: Path, demo_file: Path) -> Path:
    """Copy the demo's store into a folder, with what lies beside it; returns its file."""
    for name in ("chain_key", "chain_key.log"):
        shutil.copy(demo_file.with_name(name), folder)
    shutil.copytree(demo_file.with_name("photos"), folder / "photos")
    return Path(shutil.copy(demo_file, folder / "geo_service.sqlite"))


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[str]:
    """Run the service over the store in `folder`; gives its address."""
    own = {"GEO_SERVICE_DB": f"sqlite:///{folder / 'geo_service.sqlite'}"}
    environment = os.environ | own | {"GEO_SERVICE_VAR": str(folder)} | settings
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with (folder / f"serve-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port)], env=environment, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/readyz", process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _prepare(url: str) -> str:
    """Give people of five roles passwords we know, and one area a name that means harm."""
    store = open_store(url, create=False)
    try:
        for name in (SUPERVISOR, LEADER, "office", "inspector1", "viewer"):
            store.accounts.set_password(name, hash_password(PASSWORD, name), datetime.now(UTC))
        areas = store.areas.read()
        chosen = areas[areas["kind"] == "market"].head(1).copy()
        chosen["name"] = HOSTILE
        store.areas.upsert(chosen)
        return str(chosen["area_id"].iloc[0])
    finally:
        store.close()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the service ended before it was ready"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"{address} did not answer within a minute")


@pytest.fixture
def opened(browser: Browser, demo_server: Server) -> Iterator[Callable[..., Page]]:
    """Return a way to open pages; each is watched until the test ends."""
    with pages_of(browser, demo_server.address) as make:
        yield make


@contextmanager
def pages_of(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Give a way to open pages of the service at `address`, watched until the end."""
    contexts: list[BrowserContext] = []
    watch = Watch()

    def make(
        path: str = "/",
        *,
        person: str | None = None,
        lang: str = "zh-CN",
        phone: bool = False,
        ready: str | None = "[data-ready=yes]",
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport=PHONE if phone else WIDE,
            has_touch=phone,
            locale=lang,
        )
        contexts.append(context)
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.set_default_timeout(15_000)
        watch.over(page)
        if person is not None:
            sign_in(page, person)
        page.goto(path)
        if ready:
            page.wait_for_selector(ready)
        return page

    yield make
    for context in contexts:
        for page in context.pages:
            watch.complaints += page.evaluate("window.violations")
        context.close()
    assert watch.hosts <= {urlsplit(address).netloc}, "a request left the house"
    assert not watch.complaints


def sign_in(page: Page, person: str) -> None:
    """Sign in by the form."""
    page.goto("/sign-in")
    page.fill("[name=name]", person)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda address: not address.endswith("/sign-in"))


def picture(page: Page, pane: str = "areas") -> str:
    """Return what a floor of the map shows, once it has stopped changing."""
    look = f"""async () => {{
      const canvases = () => [...document.querySelectorAll(".leaflet-{pane}-pane canvas")];
      const shown = () => canvases().map((canvas) => canvas.toDataURL()).sort().join();
      const frame = () => new Promise(requestAnimationFrame);
      let before;
      for (let seen = "none"; seen !== before; seen = shown()) {{
        before = seen;
        await frame();
        await frame();
      }}
      return before;
    }}"""
    shown: str = page.evaluate(look)
    return shown


def count_pixels(page: Page, test: str, pane: str = "areas") -> int:
    """Count the pixels of a floor for which `test` of r, g and b holds."""
    count: int = page.evaluate(
        """([test, pane]) => {
          const holds = new Function("r", "g", "b", `return ${test}`);
          let found = 0;
          for (const canvas of document.querySelectorAll(`.leaflet-${pane}-pane canvas`)) {
            if (!canvas.width) continue;
            const pen = canvas.getContext("2d");
            const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
            for (let i = 0; i < data.length; i += 4) {
              if (data[i + 3] > 200 && holds(data[i], data[i + 1], data[i + 2])) found += 1;
            }
          }
          return found;
        }""",
        [test, pane],
    )
    return count


def middle(page: Page, area_id: str, zoom: int = 17) -> tuple[float, float]:
    """Go to an area and return where on the page a point of it is."""
    known = json.loads(page.request.get("/api/areas/index.json").body())
    place = known["ids"].index(area_id)
    lon, lat = (
        known["origin"][axis] + known["inner"][2 * place + axis] * known["unit"] for axis in (0, 1)
    )
    page.evaluate(f"void geoServiceMap.setView([{lat}, {lon}], {zoom}, {{ animate: false }})")
    picture(page)
    box = page.get_by_test_id("map").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def wait_until_shown(page: Page, layer: str, week: str) -> None:
    """Wait until the map shows a layer of a week."""
    page.wait_for_selector(f'[data-shown="{layer} {week}"]')
