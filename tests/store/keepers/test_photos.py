"""Photos: who sent which."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from geo_service.store import Chain, Photo
from tests.store.samples import NOW

PHOTO = Photo("a" * 64, "li", NOW, "c", "s", "t", NOW, 103.75, 36.05, "k1")


def test_a_photo_is_kept_once_for_each_who_sends_it(store):
    store.photos.add(PHOTO)
    store.photos.add(replace(PHOTO, received_at=NOW + timedelta(hours=1)))
    store.photos.add(replace(PHOTO, actor="wang", received_at=NOW + timedelta(hours=2)))
    sent = store.photos.of([PHOTO.photo_id, "b" * 64])
    assert [one.actor for one in sent.pop(PHOTO.photo_id)] == ["li", "wang"]
    assert sent == {}
    assert store.photos.all() == [PHOTO]
    assert store.photos.by_key("li", "k1") == PHOTO
    assert store.photos.by_key("wang", "k2") is None
    with pytest.raises(IntegrityError):
        store.photos.add(replace(PHOTO, photo_id="b" * 64))


def test_what_is_older_is_erased_and_says_so_under_the_key(store, tmp_path):
    chain = Chain(b"key", tmp_path / "log")
    young = replace(
        PHOTO, photo_id="b" * 64, received_at=NOW + timedelta(days=2), idempotency_key=None
    )
    for one in (PHOTO, young):
        store.photos.add(one)
    assert store.photos.older(NOW + timedelta(days=1)) == [PHOTO.photo_id]
    store.photos.erase(PHOTO.photo_id, chain, NOW + timedelta(days=9))
    erased, kept = store.photos.all()
    assert (erased.lon, erased.lat, kept.lon) == (None, None, 103.75)
    assert erased.is_erased_by(chain)
    assert not kept.is_erased_by(chain)
    assert not erased.is_erased_by(Chain(b"other", tmp_path / "log"))
    assert not replace(erased, erased_at=NOW).is_erased_by(chain)
    assert not replace(erased, seal="md5:00").is_erased_by(chain)
    assert store.photos.older(NOW + timedelta(days=1)) == []
    store.photos.add(replace(PHOTO, actor="wang"))
    assert store.photos.all()[0].erased_at is None
