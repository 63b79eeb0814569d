"""``check``: says what was done to the log of events behind the service's back."""

import os
import sqlite3
from contextlib import closing

from geo_service.flow import keep_photo
from geo_service.settings import load_settings
from geo_service.store import Chain, PhotoFiles, open_store
from tests.flow.live.test_act import Scene
from tests.intake.photos import drawn
from tests.store.samples import many


def test_check_names_a_damaged_page(run, tmp_path):
    opened = open_store(load_settings(os.environ, tmp_path).database_url)
    opened.reports.upsert(many(5_000))
    opened.close()
    path = tmp_path / "store.sqlite"
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        stream.write(os.urandom(40_000))
    got = run("check")
    assert (got.code, got.out) == (1, "")
    assert got.err == f"The store {path} is damaged. Restore a backup (docs/operations.md).\n"


def test_check_names_what_was_changed(run, tmp_path):
    assert run("user", "add", "anna", "--role", "admin").code == 0
    assert run("check").out == "All 0 events are as they were kept.\n"
    settings = load_settings(os.environ, tmp_path)
    opened = open_store(settings.database_url)
    scene = Scene(opened, tmp_path)
    scene.chain = Chain.of(settings)
    scene.send("1")
    scene.act("1", "fixed")
    scene.act("1", "noted", note="three bags")
    opened.close()
    assert run("check").out == "All 2 events are as they were kept.\n"

    with sqlite3.connect(tmp_path / "store.sqlite") as database:
        database.execute("UPDATE events SET actor = 'somebody' WHERE kind = 'fixed'")
    got = run("check")
    assert (got.code, got.out) == (1, "Event 1 (E000000001, case 1) was changed.\n")
    with sqlite3.connect(tmp_path / "store.sqlite") as database:
        database.execute("DELETE FROM events WHERE kind = 'noted'")
    assert "rolled back: event 2" in run("check").out


def test_check_names_what_else_was_done_behind_its_back(run, tmp_path):
    """A store rolled back whole beside the chain's head, a photo, the state of a case."""
    run("user", "add", "anna", "--role", "admin")
    settings, path = load_settings(os.environ, tmp_path), tmp_path / "store.sqlite"
    scene = Scene(open_store(settings.database_url), tmp_path)
    scene.chain, files = Chain.of(settings), PhotoFiles(settings.photos)
    scene.send("1")
    photo = keep_photo(scene.store, files, drawn(), actor="chief", now=scene.now)
    scene.act("1", "fixed", photo_ids=[photo])
    scene.store.close()
    before = path.read_bytes()

    def told():
        got = run("check")
        assert got.code == 1, got
        return got.out.splitlines()

    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE cases SET state = 'verified'")
    (line,) = told()
    assert line.startswith("The state of case 1 is not what its reports and events make of it")
    path.write_bytes(before)
    files.path(photo, "full").write_bytes(drawn("PNG"))
    (line,) = told()
    assert photo in line
    files.path(photo, "full").unlink()
    (line,) = told()
    assert photo in line
    scene.store = open_store(settings.database_url)
    for _ in range(3):
        scene.act("1", "noted", note="x")
    scene.store.close()
    path.write_bytes(before)
    assert "The database was rolled back: event 4" in told()[0]
    # what is done from then on does not hide it
    scene.store = open_store(settings.database_url)
    for _ in range(4):
        scene.act("1", "noted", note="y")
    scene.store.close()
    assert any("rolled back" in line for line in told())
