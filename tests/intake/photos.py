"""Photos for tests, drawn here."""

from io import BytesIO

from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener(thumbnails=False)


def drawn(kind="JPEG", size=(64, 48), colour=(200, 30, 30), mode="RGB", **how):
    """Return a photo's file: left half of a colour, right half blue."""
    picture = Image.new(mode, size, colour)
    picture.paste((0, 0, 255) if mode == "RGB" else 0, (size[0] // 2, 0, *size))
    stream = BytesIO()
    picture.save(stream, kind, **how)
    return stream.getvalue()


def with_exif(tags=None, details=None, place=None, kind="JPEG", **how):
    """Return a photo's file that says what a camera says."""
    exif = Image.Exif()
    exif.update(tags or {})
    exif[0x8769] = details or {}
    exif[0x8825] = place or {}
    return drawn(kind, exif=exif, **how)


TAKEN = {0x9003: "2026:06:28 09:30:00", 0x9011: "+08:00"}
PLACE = {1: "N", 2: (36.0, 3.0, 36.0), 3: "E", 4: (103.0, 45.0, 0.0)}
