"""``backup FILE``, ``restore FILE``, ``housekeeping``."""

import os

from geo_service import flow
from geo_service.settings import load_settings
from geo_service.store import PhotoFiles, open_store
from tests.flow.city import NOW
from tests.intake.photos import drawn


def test_a_backup_is_told_and_comes_back_into_an_empty_place(run, tmp_path, monkeypatch):
    assert run("user", "add", "anna", "--role", "admin").code == 0
    got = run("backup", tmp_path / "copy.tar")
    assert got.out.startswith("Backed up to copy.tar (")
    again = run("backup", tmp_path / "copy.tar")
    assert (again.code, again.out) == (1, "")
    assert "copy.tar" in again.err
    here = run("restore", tmp_path / "copy.tar")
    assert (here.code, here.out) == (1, "")
    assert "store.sqlite holds something already" in here.err
    monkeypatch.setenv("GEO_SERVICE_DB", f"sqlite:///{tmp_path / 'there' / 'store.sqlite'}")
    monkeypatch.setenv("GEO_SERVICE_VAR", str(tmp_path / "there"))
    back = run("restore", tmp_path / "copy.tar")
    assert (back.code, back.err) == (0, "")
    assert back.out == (
        "Restored from copy.tar: 0 events, 0 photos.\nAll 0 events are as they were kept.\n"
    )
    assert "anna" in run("user", "list").out
    audited = [row["action"] for row in run("audit", "--format", "json").json]
    assert audited[:2] == ["restored", "added_person"]  # the backup is of before it was noted


def test_housekeeping_does_what_is_due(run, tmp_path, monkeypatch):
    assert run("user", "add", "anna", "--role", "admin").code == 0
    settings = load_settings(os.environ, tmp_path)
    store = open_store(settings.database_url)
    files = PhotoFiles(settings.photos)
    flow.keep_photo(store, files, drawn(), actor="anna", now=NOW)
    store.close()
    assert run("check").out.endswith("All 1 photos are as they were kept.\n")
    monkeypatch.setenv("GEO_SERVICE_BACKUP_FOLDER", "backups")
    monkeypatch.setenv("GEO_SERVICE_PHOTO_DAYS", "1")
    first = run("housekeeping").out.splitlines()
    assert first[0].startswith("Backed up to geo_service-20270101T000000Z.tar (")
    assert first[1] == "Photos deleted because their time was over: 0."
    assert "Backed up" not in run("housekeeping").out
    for path in settings.photos.rglob("*-thumb.jpg"):
        path.unlink()
    lost = run("check")
    assert lost.code == 1
    assert lost.out.startswith("The file of photo ")
    run("backup", tmp_path / "copy.tar")
    assert "files of 1 photos were missing" in run("backup", tmp_path / "other.tar").err
