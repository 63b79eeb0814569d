"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geo_service.store import open_store
from tests.postgres import Server, programs

PROJECT = Path(__file__).parents[1]


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
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new store's file, made once: walking the migrations for every test is dear."""
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store_url(
    request: pytest.FixtureRequest, new_file: Path, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    """Return what makes a new store, on either database, and returns its address."""
    made: list[str] = []

    def file() -> str:
        path = tmp_path / f"store{len(made) or ''}.sqlite"
        shutil.copy(new_file, path)
        made.append(f"sqlite:///{path}")
        return made[-1]

    if request.param == "sqlite":
        yield file
        return
    server: Server = request.getfixturevalue("postgres")

    def database() -> str:
        made.append(server.new_store())
        return made[-1]

    yield database
    for url in made:
        server.drop(url)


@pytest.fixture
def store_url(new_store_url: Callable[[], str]) -> str:
    """Return the address of a new store, on either database."""
    return new_store_url()
