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
