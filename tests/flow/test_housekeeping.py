"""Keeping house: when a backup is due, how many are kept, what is deleted."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from geo_service import flow
from geo_service.flow.housekeeping import backups, is_due, keep_house
from geo_service.settings import load_settings
from geo_service.store import FileLock, PhotoFiles
from tests.intake.photos import drawn
from tests.store.samples import NOW, reports

HOUR = timedelta(hours=1)


@pytest.fixture
def settings(tmp_path, store_url):
    return load_settings({"GEO_SERVICE_DB": store_url}, tmp_path)


def test_without_a_setting_there_is_nothing_to_do(store, settings):
    assert not is_due(store, settings, now=NOW)
    done = keep_house(store, settings, now=NOW)
    assert (done.path, done.backup, done.erased) == (None, None, ())


def test_backups_are_made_when_due_and_the_oldest_go(store, settings, tmp_path):
    folder = tmp_path / "backups"
    settings = replace(settings, backup_folder=folder, backup_hours=6, backup_keep=2)
    assert is_due(store, settings, now=NOW)
    (made,) = [keep_house(store, settings, now=NOW).path]
    (folder / "mine.tar").write_bytes(b"somebody's own")
    assert made.name == "geo_service-20260629T040000Z.tar"
    assert not is_due(store, settings, now=NOW + 5 * HOUR)
    assert keep_house(store, settings, now=NOW + 5 * HOUR).path is None
    for n in (6, 12, 18):
        assert keep_house(store, settings, now=NOW + n * HOUR).backup.size > 0
    assert [one.name[12:] for one in backups(folder)] == [
        *("20260629T160000Z.tar", "20260629T220000Z.tar"),
    ]
    assert (folder / "mine.tar").exists()


def test_old_photos_go(store, settings):
    settings = replace(settings, photo_days=30)
    files = PhotoFiles(settings.photos)
    photo_id = flow.keep_photo(store, files, drawn(), actor="li", now=NOW)
    assert not is_due(store, settings, now=NOW + timedelta(days=29))
    later = NOW + timedelta(days=31)
    assert is_due(store, settings, now=later)
    assert keep_house(store, settings, now=later).erased == (photo_id,)
    assert not files.path(photo_id, "full").exists()
    assert not is_due(store, settings, now=later)


def test_one_keeps_house_at_a_time(store, settings):
    settings.var.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.var / "housekeeping.lock").held("another"):
        assert keep_house(store, settings, now=NOW) is None


def test_who_reported_is_forgotten_after_a_time(store, settings):
    store.reports.upsert(reports({"report_id": "1"}))
    said = {"report_id": "1", "reporter_name": "王女士", "reporter_phone": "13900000000"}
    store.reporters.keep(pd.DataFrame([said]), NOW)
    day = timedelta(days=1)
    assert not is_due(store, settings, now=NOW + 90 * day)
    assert is_due(store, settings, now=NOW + 91 * day)
    assert keep_house(store, settings, now=NOW + 91 * day).reporters == 1
    assert not is_due(store, settings, now=NOW + 91 * day)
    assert store.reporters.of(["1"])["1"]["reporter_phone"] is None
