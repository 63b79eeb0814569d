"""Photos: what is kept of them, and which are not taken."""

import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from geo_service.intake.photos import MOST_BYTES, SIZES, read_photo
from geo_service.terms import BadInput
from tests.intake.photos import PLACE, TAKEN, drawn, with_exif


def opened(data):
    return Image.open(BytesIO(data))


def key(data):
    with pytest.raises(BadInput) as refused:
        read_photo(data)
    assert refused.value.values["field"] == "photo"
    return refused.value.key


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_becomes_a_jpeg_of_three_sizes(kind):
    got = read_photo(drawn(kind, size=(3000, 1500)))
    shapes = {size: opened(data).size for size, data in got.sizes.items()}
    assert shapes == {"full": (2560, 1280), "screen": (1280, 640), "thumb": (320, 160)}
    assert {opened(data).format for data in got.sizes.values()} == {"JPEG"}
    assert opened(read_photo(drawn(kind)).sizes["full"]).size == (64, 48)
    red, _, blue = opened(got.sizes["full"]).getpixel((10, 10))
    assert (red > 150, blue < 100) == (True, True)


def test_time_and_place_leave_the_file_for_the_record():
    data = with_exif({0x010F: "Secret Camera", 0x0112: 1}, TAKEN, PLACE, comment=b"Secret words")
    got = read_photo(data)
    assert got.taken_at == datetime(2026, 6, 28, 1, 30, tzinfo=UTC)
    assert (got.lon, got.lat) == (103.75, 36.06)
    for kept in got.sizes.values():
        assert b"Secret" in data
        assert not any(word in kept for word in (b"Secret", b"Exif", b"ICC_PROFILE", b"http"))
        assert not opened(kept).getexif()
        assert "comment" not in opened(kept).info


@pytest.mark.parametrize(
    ("details", "place"),
    [
        ({0x9003: "yesterday"}, {1: "N", 2: (36.0,), 3: "E", 4: (103.0,)}),
        ({0x9003: "0000:00:00 00:00:00"}, {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}),
        ({0x9003: "1970:01:01 00:00:00"}, {2: (36.0, 0.0, 0.0)}),
        ({0x9003: "2026:06:28 09:30:00", 0x9011: "late"}, {**PLACE, 2: (99.0, 0.0, 0.0)}),
    ],
)
def test_what_a_camera_says_wrongly_is_not_known(details, place):
    got = read_photo(with_exif({}, details, place))
    assert (got.taken_at, got.lon, got.lat) == (None, None, None)


def test_south_and_west_are_negative_and_a_time_without_offset_stays_naive():
    place = {1: "S", 2: (33.0, 30.0, 0.0), 3: "W", 4: (70.0, 0.0, 36.0)}
    got = read_photo(with_exif({}, {0x9003: TAKEN[0x9003]}, place))
    assert (got.lon, got.lat) == (-70.01, -33.5)
    assert got.taken_at == datetime(2026, 6, 28, 9, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (64, 48), (5, 5)), (3, (64, 48), (60, 5)), (6, (48, 64), (5, 5)), (8, (48, 64), (5, 60))],
)
def test_it_is_turned_upright(orientation, size, red_at):
    kept = opened(read_photo(with_exif({0x0112: orientation})).sizes["full"])
    assert kept.size == size
    assert kept.getpixel(red_at)[0] > 150


def test_what_hangs_on_behind_is_gone():
    page = b"<script>alert(1)</script>PK\x03\x04 an archive"
    for kind in ("JPEG", "PNG", "WEBP"):
        kept = read_photo(drawn(kind) + page).sizes
        assert not any(b"script" in data or b"PK\x03" in data for data in kept.values())


def test_what_is_transparent_is_white():
    kept = opened(read_photo(drawn("PNG", mode="RGBA", colour=(0, 0, 0, 0))).sizes["full"])
    assert min(kept.getpixel((5, 5))) > 250
    assert opened(read_photo(drawn("PNG", mode="P", colour=1)).sizes["full"]).mode == "RGB"


@pytest.mark.parametrize(
    "data",
    [b"GIF89a" + bytes(40), b"%PDF-1.7", b"<svg/>", b"\0" * 100, drawn("TIFF"), drawn("GIF")],
    ids=["torn gif", "pdf", "svg", "zeros", "tiff", "gif"],
)
def test_another_kind_is_not_taken(data):
    assert key(data) == "photos.kind"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_that_is_cut_off_is_not_taken(kind):
    data = Image.effect_noise((400, 300), 90).convert("RGB")
    stream = BytesIO()
    data.save(stream, kind)
    whole = stream.getvalue()
    for share in (0.3, 0.8):
        assert key(whole[: int(len(whole) * share)]) in ("photos.broken", "photos.kind")


def test_an_empty_and_a_large_file_are_not_taken():
    assert key(b"") == "photos.empty"
    assert key(drawn() + bytes(MOST_BYTES)) == "photos.large"


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize("side", [8_500, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_unpacks(side):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(bytes(100_000)))
    bomb = b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")
    assert key(bomb) == "photos.pixels"


def test_a_jpeg_of_endless_passes_is_refused():
    picture = drawn(size=(4000, 4000), progressive=True)
    at = picture.rfind(b"\xff\xda")
    assert key(picture[:at] + picture[at:-2] * 400 + b"\xff\xd9") == "photos.pixels"


def test_nothing_that_is_almost_a_photo_does_more_than_say_so():
    """Bytes turned at a fixed seed: each is drawn, or refused with a sentence."""
    import random

    chance, told = random.Random(7), set()
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        whole = bytearray(with_exif({0x0112: 6}, TAKEN, PLACE, kind=kind))
        for _ in range(60):
            torn = bytearray(whole)
            for _ in range(chance.randint(1, 6)):
                torn[chance.randrange(len(torn))] = chance.randrange(256)
            try:
                told.add(tuple(read_photo(bytes(torn)).sizes))
            except BadInput as error:
                told.add(error.key)
    assert tuple(SIZES) in told
    assert {one for one in told if isinstance(one, str)} <= {
        *("photos.broken", "photos.kind", "photos.pixels"),
    }
