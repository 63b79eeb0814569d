import pytest

from geo_service.store import open_store

TABLES = [("areas", "geojson"), ("reports", "csv"), ("cases", "csv"), ("hotspots", "geojson")]


def exported(run, folder, url, name):
    """Return the bytes of every export, and of what the rates command prints."""
    found = []
    for table, suffix in TABLES:
        path = folder / f"{name}.{table}.{suffix}"
        assert run("export", table, "--output", path, "--db", url).code == 0
        found.append(path.read_bytes())
    return [*found, run("rebound", "--format", "json", "--db", url).out]


def test_a_district_moves_to_a_server_and_back_with_equal_exports(run, city, postgres):
    here, there = f"sqlite:///{city / 'store.sqlite'}", postgres.new_store()
    back = f"sqlite:///{city / 'back.sqlite'}"
    got = run("copy", "--from", here, "--to", there)
    assert got.code == 0
    assert "rows copied and compared" in got.out
    assert "copying" in got.err
    assert run("copy", "--from", there, "--to", back).code == 0
    exports = [exported(run, city, url, str(n)) for n, url in enumerate((here, there, back))]
    assert exports[0] == exports[1] == exports[2]
    assert min(len(one) for one in exports[0]) > 100
    stores = [open_store(url) for url in (here, there, back)]
    assert len({store.fingerprint() for store in stores}) == 1
    for store in stores:
        store.close()


def test_a_target_that_holds_something_is_refused(run, city, postgres):
    here, there = f"sqlite:///{city / 'store.sqlite'}", postgres.new_store()
    assert run("copy", "--from", here, "--to", there).code == 0
    got = run("copy", "--from", here, "--to", there)
    assert got.code == 1
    assert "holds something already" in got.err
    got = run("copy", "--from", here, "--to", here)
    assert got.code == 2


def test_what_is_wrong_with_a_server_is_a_sentence(run, city, postgres):
    here = f"sqlite:///{city / 'store.sqlite'}"
    nowhere = "postgresql://me:secret@127.0.0.1:1/x"
    for args in (("--from", here, "--to", nowhere), ("--from", nowhere, "--to", here)):
        got = run("copy", *args)
        assert got.code == 1
        assert "cannot be reached" in got.err
        assert "secret" not in got.err
    got = run("copy", "--from", f"sqlite:///{city}/none.sqlite", "--to", postgres.new_store())
    assert got.code == 1
    assert "There is no store" in got.err


@pytest.mark.parametrize("user", ["locked", "locked:wrong"])
def test_a_wrong_password_is_bad_use(run, city, postgres, user):
    got = run("refresh", "--db", postgres.url("postgres", user))
    assert got.code == 2
    assert "password is wrong or missing" in got.err
