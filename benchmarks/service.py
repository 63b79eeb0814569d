"""geo_service as people run it: its commands as processes, its server, a browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.city import City
from benchmarks.clock import Finished, run_process
from benchmarks.rows import Skip

COMMAND = (sys.executable, "-m", "geo_service")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_START_SECONDS = 60


@dataclass(frozen=True)
class Service:
    """A store in a folder of its own, and the commands upon it."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @classmethod
    def within(cls, folder: Path) -> Service:
        """Use `folder`; nothing from outside is read, and Python keeps what it compiled."""
        left_out = ("GEO_SERVICE_", "PYTHONDONTWRITEBYTECODE")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
        url = f"sqlite:///{folder / 'geo_service.sqlite'}"
        own = {"GEO_SERVICE_DB": url, "GEO_SERVICE_VAR": str(folder), "LC_ALL": "C.UTF-8"}
        return cls(folder, clean | own)

    def run(self, *arguments: str | Path) -> Finished:
        """Run a command to its end."""
        return run_process([*COMMAND, *arguments], self.environ)

    def take_in(self, city: City) -> None:
        """Import `city` and compute its figures."""
        areas, reports = city.write(self.folder)
        self.run("areas", "import", areas)
        self.run("reports", "import", reports)
        self.run("refresh", "--as-of", "2026-06-29")

    def add_user(self, name: str, password: str) -> None:
        """Make an account that may see the map."""
        subprocess.run(
            [*COMMAND, "user", "add", name, "--role", "supervisor", "--password-stdin"],
            env=self.environ,
            input=password.encode(),
            check=True,
            capture_output=True,
        )

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run the server; gives its address."""
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        with (self.folder / "serve.log").open("wb") as log:
            process = subprocess.Popen(
                [*COMMAND, "serve", "--port", str(port)], env=self.environ, stdout=log, stderr=log
            )
        try:
            wait_until_ready(f"{address}/readyz", process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers at `address`, or raise what became of it."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the service ended before it was ready")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the service was not ready within {_START_SECONDS} s")


@contextmanager
def browsing() -> Iterator[Browser]:
    """Open a headless Chromium."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        raise Skip("chromium is missing: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()
