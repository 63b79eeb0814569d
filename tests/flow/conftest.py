from contextlib import closing

import pytest

from geo_service.store import open_store


@pytest.fixture
def opened(new_store_url):
    """Open as many new stores as a test needs."""
    stores = []

    def another():
        stores.append(open_store(new_store_url()))
        return stores[-1]

    yield another
    for store in stores:
        store.close()


@pytest.fixture
def store(opened):
    return opened()


@pytest.fixture(scope="module")
def copied(backend, tmp_path_factory):
    """Return what copies a store that a function fills: filled once, as refreshing is dear."""
    filled = {}

    def copy(fill):
        if fill not in filled:
            filled[fill] = backend.new_store()
            with closing(open_store(filled[fill])) as store:
                fill(store, tmp_path_factory.mktemp("filled"))
        return backend.copy_of(filled[fill])

    yield copy
    for url in filled.values():
        backend.drop(url)


@pytest.fixture
def copy_of(copied, backend):
    """Open a test's own copies of stores that functions of store and folder fill."""
    stores = []

    def another(fill):
        stores.append(open_store(copied(fill)))
        return stores[-1]

    yield another
    for store in stores:
        store.close()
        backend.drop(store.url)
