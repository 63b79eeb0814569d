"""A city that was refreshed, and one store for many histories."""

from __future__ import annotations

import pytest

from geo_service import flow
from geo_service.store import open_store
from tests.flow.city import fill
from tests.flow.live.sending import NOW


@pytest.fixture(scope="module")
def one_file(new_file, tmp_path_factory):
    import shutil

    path = tmp_path_factory.mktemp("live") / "store.sqlite"
    shutil.copy(new_file, path)
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


def fill_and_refresh(store, folder):
    fill(store, folder)
    flow.refresh(store, now=NOW)


@pytest.fixture
def done(copy_of):
    return copy_of(fill_and_refresh)
