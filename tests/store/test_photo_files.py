"""Files of photos under their digests."""

import stat

import pytest

from geo_service.store import PhotoFiles, digest_of
from geo_service.terms import BadUse
from tests.store.samples import NOW

SIZES = {"full": b"large", "screen": b"middle", "thumb": b"small"}
DIGESTS = {size: digest_of(data) for size, data in SIZES.items()}


@pytest.fixture
def files(tmp_path):
    return PhotoFiles(tmp_path / "photos")


def test_a_photo_lies_under_its_digest_for_its_owner_alone(files):
    photo_id = files.keep(SIZES)
    assert photo_id == digest_of(b"large") == files.keep(SIZES)
    assert {one.name for one in files.folder.rglob("*.*")} == {
        f"{photo_id}-{size}.jpg" for size in SIZES
    }
    path = files.path(photo_id, "thumb")
    assert path.read_bytes() == b"small"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(one.stat().st_mode) for one in (path.parent, files.folder)} == {0o700}
    assert files.faults(photo_id, DIGESTS) == []


def test_what_is_missing_or_altered_is_named(files):
    photo_id = files.keep(SIZES)
    files.path(photo_id, "screen").write_bytes(b"another")
    files.path(photo_id, "thumb").unlink()
    assert files.faults(photo_id, DIGESTS) == [("altered", "screen"), ("missing", "thumb")]
    files.erase(photo_id)
    assert [what for what, _ in files.faults(photo_id, DIGESTS)] == ["missing"] * 3
    files.erase(photo_id)


@pytest.mark.parametrize("wrong", ["../../etc/passwd", "a" * 63, "A" * 64, "", "a" * 64 + "\n"])
def test_no_other_name_leads_to_a_file(files, wrong):
    with pytest.raises(BadUse):
        files.path(wrong, "full")
    with pytest.raises(BadUse):
        files.path("a" * 64, "huge")


def test_another_folder_begins(files):
    files.put_away(NOW)
    photo_id = files.keep(SIZES)
    files.put_away(NOW)
    assert not files.folder.exists()
    (kept,) = files.folder.parent.iterdir()
    assert (kept / photo_id[:2] / f"{photo_id}-full.jpg").exists()
