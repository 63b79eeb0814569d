"""A store in one file."""

import stat

import pytest

from geo_service.store import back_up, open_store
from geo_service.terms import BadUse, Conflict
from tests.store.samples import many


def test_a_backup_is_the_store_and_its_owner_s_alone(store, tmp_path):
    store.reports.upsert(many(40))
    path = tmp_path / "copy.sqlite"
    if store.engine.dialect.name != "sqlite":
        with pytest.raises(BadUse, match="pg_dump"):
            back_up(store, path)
        return
    size = back_up(store, path)
    assert (path.stat().st_size, stat.S_IMODE(path.stat().st_mode)) == (size, 0o600)
    other = open_store(f"sqlite:///{path}")
    assert other.fingerprint() == store.fingerprint()
    other.close()
    before = path.read_bytes()
    with pytest.raises(Conflict):
        back_up(store, path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".copy")] == []
