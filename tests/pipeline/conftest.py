import shutil

import pytest

from geo_service.store import open_store


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """A new store's file, made once: walking the migrations for every test would be dear."""
    path = tmp_path_factory.mktemp("empty") / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def opened(empty_store, tmp_path):
    """Open as many new stores as a test needs."""
    stores = []

    def another():
        path = tmp_path / f"store{len(stores)}.sqlite"
        shutil.copy(empty_store, path)
        stores.append(open_store(f"sqlite:///{path}"))
        return stores[-1]

    yield another
    for store in stores:
        store.close()


@pytest.fixture
def store(opened):
    return opened()
