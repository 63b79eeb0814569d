"""A photo that somebody sends: looked at first, then drawn anew, so that nothing else is kept.

What is kept are the pixels alone, turned upright: no words, no place, no second picture, nothing
that was hung on behind. Time and place leave the file for the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from geo_service.terms import BadInput, GeoServiceError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 10_000_000
"""So large is a photo at most."""

MOST_PIXELS = 65_000_000
"""So many pixels has a photo at most: what unpacks to more takes the memory of a whole machine."""

SIZES = {"full": (2560, 88), "screen": (1280, 80), "thumb": (320, 75)}
"""Each size's longest side in pixels, and the quality of its JPEG; none is larger than it came."""

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# A JPEG may be drawn over in many passes, each as long as the whole.
_MOST_WORK = 4_000_000_000
_SCAN = b"\xff\xda"
_ORIENTATION, _DETAILS, _PLACE = 0x0112, 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_FIRST_YEAR = 1990
# By the orientation of EXIF: the names of what turns a picture upright.
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
# One at a time in each process: one of the most pixels with transparency takes 0.7 GB.
_turn = Lock()


class PhotoIn(NamedTuple):
    """A photo as it is kept.

    Parameters
    ----------
    sizes
        A JPEG of each of :data:`SIZES`.
    taken_at
        When it was taken, where the file says so; naive where it says no offset.
    lon, lat
        Where, in degrees (WGS 84), where the file says so.
    """

    sizes: dict[str, bytes]
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


def read_photo(data: bytes) -> PhotoIn:
    """Read a jpeg, png, webp or heic, and return it as it is kept.

    Raises
    ------
    BadInput
        If it is empty, too large, cut off, of another kind, or unpacks to too many pixels.
    """
    if not data:
        raise BadInput("photos.empty", field="photo")
    if len(data) > MOST_BYTES:
        told = {"megabytes": f"{len(data) / 1e6:.1f}", "most": MOST_BYTES // 10**6}
        raise BadInput("photos.large", field="photo", **told)
    with _turn:
        try:
            return _read(data)
        except GeoServiceError:
            raise
        # whatever a decoder stumbles over: what it cannot read is no photo
        except Exception as error:
            raise BadInput("photos.broken", field="photo") from error


def _read(data: bytes) -> PhotoIn:
    from PIL import Image, UnidentifiedImageError
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    try:
        opened = Image.open(BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise BadInput("photos.kind", field="photo") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _many_pixels() from error
    with opened as image:
        pixels = image.width * image.height
        drawn_over = data.count(_SCAN) if image.format in ("JPEG", "MPO") else 1
        if pixels > MOST_PIXELS or pixels * drawn_over > _MOST_WORK:
            raise _many_pixels()
        exif = image.getexif()
        picture = _upright(image, exif.get(_ORIENTATION))
        taken_at, lon, lat = _told(exif)
    return PhotoIn(_sizes(picture), taken_at, lon, lat)


def _many_pixels() -> BadInput:
    return BadInput("photos.pixels", field="photo", most=MOST_PIXELS // 10**6)


def _upright(image: Picture, orientation: object) -> Picture:
    """Return an image's pixels alone, of the largest size, on white where it is transparent."""
    from PIL import Image

    most = SIZES["full"][0]
    if image.mode == "P":
        image = image.convert("RGBA")
    image.thumbnail((most, most), reducing_gap=3.0)
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    if turn is not None:
        image = image.transpose(Image.Transpose[turn])
    ground = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground.paste(image, mask=image.getchannel("A"))
    else:
        ground.paste(image.convert("RGB"))
    return ground


def _sizes(picture: Picture) -> dict[str, bytes]:
    made = {}
    for name, (most, quality) in SIZES.items():
        picture.thumbnail((most, most))
        stream = BytesIO()
        picture.save(stream, "JPEG", quality=quality)
        made[name] = stream.getvalue()
    return made


def _told(exif: Any) -> tuple[datetime | None, float | None, float | None]:  # noqa: ANN401
    """Return when and where a photo was taken; what cannot be read is not known."""
    try:
        taken = _moment(exif.get_ifd(_DETAILS))
    except (ValueError, TypeError, AttributeError, OverflowError):
        taken = None
    try:
        lon, lat = _point(exif.get_ifd(_PLACE))
    except (ValueError, TypeError, KeyError, ZeroDivisionError, AttributeError):
        lon, lat = None, None
    return taken, lon, lat


def _moment(details: Mapping[int, Any]) -> datetime | None:
    text = details.get(_TAKEN)
    if text is None:
        return None
    offset = str(details.get(_TAKEN_OFFSET, "")).strip("\0 ")
    form = "%Y:%m:%d %H:%M:%S" + "%z" * bool(offset)
    moment = datetime.strptime(str(text).strip("\0 ") + offset, form)  # noqa: DTZ007
    return moment if moment.year >= _FIRST_YEAR else None


def _point(place: Mapping[int, Any]) -> tuple[float | None, float | None]:
    lat = _degrees(place[2], place[1], "S")
    lon = _degrees(place[4], place[3], "W")
    known = abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0)  # a NaN is not
    return (lon, lat) if known else (None, None)


def _degrees(parts: Any, side: object, negative: str) -> float:  # noqa: ANN401
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if str(side).strip("\0 ").upper() == negative else value, 7)
