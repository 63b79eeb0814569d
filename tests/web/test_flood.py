"""A flood at the doors of the real server keeps nobody waiting; ``make soak`` floods longer."""

import pytest

from benchmarks.load import NAME, PASSWORD, Reader
from benchmarks.service import Service
from geo_service.store import open_store
from tests.web.conftest import AS_OF, cheaply_hashed, fill
from tests.web.flooding import (
    HALF_BODY,
    HALF_HEADER,
    PATIENCE_SECONDS,
    under_guesses,
    under_halves,
    watch,
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    service = Service.within(tmp_path_factory.mktemp("flood"))
    store = open_store(service.environ["GEO_SERVICE_DB"])
    fill(store, demo=False)
    store.accounts.add(NAME, "supervisor", cheaply_hashed(PASSWORD), None, AS_OF)
    store.close()
    with service.serving() as address:
        yield Reader.at(address)


@pytest.fixture(scope="module")
def patience(reader):
    """Return a second, or more on a machine on which a page without any flood takes long."""
    return max(PATIENCE_SECONDS, 20 * watch(reader, 2).page_p95())


def test_wrong_passwords_by_the_dozen_keep_nobody_waiting(reader, patience):
    seen = under_guesses(reader, 3)
    assert seen.holds(patience), seen
    assert seen.guesses[429] > seen.guesses[401] > 0, seen


@pytest.mark.parametrize("half", [HALF_HEADER, HALF_BODY], ids=["header", "body"])
def test_half_requests_by_the_dozen_keep_nobody_waiting(reader, patience, half):
    seen = under_halves(reader, half, 2)
    assert seen.holds(patience), seen
