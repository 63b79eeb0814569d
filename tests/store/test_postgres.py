"""What only PostgreSQL has, and what it says when it cannot."""

import pytest
from sqlalchemy.exc import DBAPIError

from geo_service.store import open_store, postgres
from geo_service.store.lock import SessionLock
from geo_service.terms import BadInput, BadUse, GeoServiceError, NotReady


def test_nothing_can_be_written_in_a_reading(there):
    with there.reading() as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.exec_driver_sql("DELETE FROM reports")


def test_who_holds_a_lock_may_have_any_name(there):
    other = open_store(there.url)
    for name in ("导入 a'b--c%s.csv", "two\nlines", "x" * 500):
        with there.writer(name):
            assert other._writer.holder() == name.replace("\n", " ")
    assert other._writer.holder() == "?"
    other.close()


def test_locks_of_two_stores_on_one_server_are_two(there, server):
    other = open_store(server.new_store())
    with there.writer("here"), other.writer("there"), there.worker("w"), there.transaction():
        assert other._writer.holder() == "there"
        other.district.set(name_zh="x")
    other.close()


def test_a_lock_ends_with_its_session(there):
    other = open_store(there.url)
    lock = there._writer
    assert isinstance(lock, SessionLock)
    with there.writer("lost"):
        with other.transaction() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                f" WHERE locktype = 'advisory' AND objid = {postgres.WRITER}"
            )
        with other.writer("next", wait=5.0):
            assert other._writer.holder() == "next"
    other.close()


def test_a_connection_that_was_lost_is_a_sentence_and_the_next_one_works(there):
    def lose():
        with there.transaction() as connection:
            there.district.set(name_zh="lost")
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(NotReady, match="cannot be reached"):
        lose()
    assert there.district.get().name_zh is None


@pytest.mark.parametrize(
    ("user", "database", "kind", "says"),
    [
        ("locked", "postgres", BadUse, "password is wrong or missing"),
        ("locked:wrong", "postgres", BadUse, "password is wrong or missing"),
        ("tests", "nowhere", NotReady, "There is no database nowhere"),
        ("nobody", "postgres", NotReady, 'role "nobody" does not exist'),
    ],
)
def test_a_server_that_refuses(server, user, database, kind, says):
    with pytest.raises(kind, match=says) as error:
        open_store(server.url(database, user))
    assert "wrong@" not in str(error.value)


def test_no_server_at_all():
    with pytest.raises(NotReady, match=r"127\.0\.0\.1:1 cannot be reached: .*refused"):
        open_store("postgresql://me@127.0.0.1:1/x")


@pytest.mark.parametrize(
    "url", ["postgresql://", "postgresql://me@host", "postgresql+asyncpg://h/d"]
)
def test_half_an_address_is_refused(url):
    with pytest.raises(BadUse, match="is no database address"):
        open_store(url)


def test_both_ways_to_write_an_address(server):
    url = server.new_database()
    store = open_store(url.replace("postgresql://", "postgresql+psycopg://"))
    assert len(store.words.kinds()) == 11
    store.close()
    open_store(url, create=False).close()


def test_a_database_without_a_store(server):
    url = server.new_database()
    with pytest.raises(NotReady, match="There is no store at"):
        open_store(url, create=False)
    with pytest.raises(NotReady, match="There is no store at"):
        open_store(url, create=False)


def test_a_server_without_postgis(server, monkeypatch):
    monkeypatch.setattr(postgres, "_EXTENSION", "no_such_extension")
    with pytest.raises(NotReady, match=r"has no PostGIS\. Install it there"):
        open_store(server.new_database(postgis=False))


@pytest.mark.parametrize(
    ("postgis", "says"), [(False, "may not add it"), (True, "may not make tables")]
)
def test_a_user_without_rights(server, postgis, says):
    url = server.new_database(postgis=postgis).replace("tests@", "guest@")
    with pytest.raises(NotReady, match=says):
        open_store(url)


def test_a_database_of_something_else_is_left_alone(server):
    url = server.new_database()
    server.execute("CREATE TABLE reports (x int)", database=url.rpartition("/")[2])
    with pytest.raises(BadInput, match="is not a store"):
        open_store(url)
    with pytest.raises(GeoServiceError, match="There is no store"):
        open_store(url, create=False)
