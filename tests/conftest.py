"""Fixtures that every room's tests share."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from geo_service.store import open_store
from tests.postgres import Server, programs

PROJECT = Path(__file__).parents[1]


class Files:
    """Makes stores that are files, as a server makes databases."""

    def __init__(self, new: Path, folder: Path) -> None:
        self._new = new
        self._folder = folder
        self._names = count()

    def new_store(self) -> str:
        """Return the address of a new store."""
        return self.copy_of(f"sqlite:///{self._new}")

    def new_database(self) -> str:
        """Return an address where there is no store yet."""
        return f"sqlite:///{self._folder / f'store{next(self._names)}.sqlite'}"

    def copy_of(self, url: str) -> str:
        """Return the address of a copy of a store that nobody has open."""
        path = self._folder / f"store{next(self._names)}.sqlite"
        shutil.copy(url.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Remove a store."""
        Path(url.removeprefix("sqlite:///")).unlink()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real cities that lies beside the project, not in it."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        reason = "the real cities (../shared/data) are not on this machine"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Return a PostgreSQL server with PostGIS that lives as long as the tests."""
    folder = programs()
    if folder is None:
        reason = "no PostgreSQL with PostGIS here: make test-deps"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo's store, made as a person would, once for all processes of the tests."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / "demo.sqlite"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            made = folder / "making.sqlite"
            environment = {"GEO_SERVICE_DB": f"sqlite:///{made}", "GEO_SERVICE_VAR": str(folder)}
            command = [sys.executable, "-m", "geo_service", "demo"]
            subprocess.run(command, env=os.environ | environment, check=True, capture_output=True)
            made.rename(path)
    return path


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new store's file, made once: walking the migrations for every test is dear."""
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Server | Files:
    """Return what makes stores: files, then a server; a test that asks for it runs on both."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        return server
    return Files(request.getfixturevalue("new_file"), tmp_path_factory.mktemp("stores"))


@pytest.fixture
def new_store_url(backend: Server | Files) -> Iterator[Callable[[], str]]:
    """Return what makes a new store, on either database, and returns its address."""
    made: list[str] = []

    def make() -> str:
        made.append(backend.new_store())
        return made[-1]

    yield make
    for url in made:
        backend.drop(url)


@pytest.fixture
def store_url(new_store_url: Callable[[], str]) -> str:
    """Return the address of a new store, on either database."""
    return new_store_url()
