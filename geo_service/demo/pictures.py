"""Photos that the program draws: a schematic alley, with what is wrong there or without it."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from geo_service.demo.draws import Draws

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SIZE = (960, 720)
"""Width and height of a picture in pixels."""

_GLYPHS = (
    "00003ffc3ffc000000007ffe7ffe018011881998398c318c718e61860f800700",
    "01803ffc3ffc0c307ffe7ffe1ff818081ff818081ff8018034cc343667f603c0",
)
"""示意, 16 lines of 16 dots each: no font with Chinese letters has to be there."""

_DOT = 3
_AHEAD = (480, 290)
"""Where the alley ends."""
_WALLS = ("#cbb89d", "#b9b4a7", "#c7a58f", "#aeb6b4", "#d3c6a6")
_VEHICLES, _SCRAPS, _CRACKS = ("D05", "D06", "D13"), ("D01",), ("D10", "D07")


@cache
def draw_photo(place: int, category: str, *, mended: bool) -> bytes:
    """Return a JPEG of the `place`-th alley, with what its category says, or after it was mended.

    What it shows is made up, and a label in it says so.
    """
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, "#dfe7ea")
    draw = ImageDraw.Draw(image)
    draws = Draws(place, "photo")
    _alley(draw, draws)
    if category in _SCRAPS:
        _scraps(draw, draws, mended=mended)
    elif not mended and category in _VEHICLES:
        _vehicle(draw, draws)
    elif category in _CRACKS:
        _cracks(draw, draws, mended=mended)
    elif not mended:
        _pile(draw, draws)
    _label(draw, mended=mended)
    stream = BytesIO()
    image.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def _alley(draw: ImageDraw, draws: Draws) -> None:
    """Draw two walls with doors and windows that run towards one point, and the ground."""
    (width, height), (x, y) = SIZE, _AHEAD
    left, right = (_WALLS[draws.one(0, len(_WALLS))] for _ in range(2))
    draw.polygon([(0, 0), (x - 60, y - 120), (x - 60, y + 30), (0, height - 90)], left)
    draw.polygon([(width, 0), (x + 60, y - 120), (x + 60, y + 30), (width, height - 90)], right)
    draw.rectangle((x - 60, y - 120, x + 60, y + 30), "#bfc7c6")
    ground = [(0, height - 90), (x - 60, y + 30), (x + 60, y + 30), (width, height - 90)]
    draw.polygon([*ground, (width, height), (0, height)], "#8f8d88")
    door = draws.one(70, 150)
    draw.polygon([(door, 200), (door + 90, 225), (door + 90, 535), (door, 585)], "#6d5a4b")
    pane = draws.one(250, 290)
    draw.polygon([(pane, 235), (pane + 60, 248), (pane + 60, 330), (pane, 335)], "#7f95a3")
    high = draws.one(640, 690)
    draw.polygon([(high, 215), (high + 70, 195), (high + 70, 300), (high, 300)], "#7f95a3")


def _pile(draw: ImageDraw, draws: Draws) -> None:
    """Draw a heap of bags and boxes on the ground at the right."""
    colours = ("#4b4f3a", "#6b4f2f", "#2f3b3f", "#7c6b52", "#9a9a8d")
    for number in range(26):
        row = number // 9
        x, y = draws.one(520 + 35 * row, 840 - 35 * row), draws.one(540 - 45 * row, 600 - 45 * row)
        size, colour = draws.one(26, 60), colours[draws.one(0, len(colours))]
        if number % 3:
            draw.ellipse((x - size, y - size * 0.7, x + size, y + size * 0.7), colour, "#24261f")
        else:
            draw.rectangle((x - size, y - size * 0.6, x + size, y + size * 0.6), colour, "#24261f")


def _scraps(draw: ImageDraw, draws: Draws, *, mended: bool) -> None:
    """Draw bills on the right wall, or the paint that is over them."""
    for _ in range(16):
        x, y = draws.one(770, 900), draws.one(290, 420)
        wide, high = draws.one(26, 50), draws.one(34, 60)
        if mended:
            draw.rectangle((x, y, x + wide, y + high), "#d8d2c2")
            continue
        draw.rectangle((x, y, x + wide, y + high), "#f3efe2", "#7d1f1f")
        for line in range(y + 8, y + high - 6, 9):
            draw.line((x + 5, line, x + wide - 5, line), "#b3261e", 3)


def _vehicle(draw: ImageDraw, draws: Draws) -> None:
    """Draw a car that stands in the way."""
    x, y = draws.one(420, 520), draws.one(430, 470)
    colour = ("#a33b2f", "#33598c", "#e3e1db", "#3f4a3c")[draws.one(0, 4)]
    draw.rounded_rectangle((x, y, x + 330, y + 130), 22, colour, "#1f2328", 3)
    draw.polygon([(x + 45, y), (x + 90, y - 75), (x + 240, y - 75), (x + 285, y)], colour)
    draw.polygon([(x + 70, y), (x + 102, y - 60), (x + 228, y - 60), (x + 260, y)], "#9fb4c0")
    for wheel in (x + 65, x + 265):
        draw.ellipse((wheel - 34, y + 96, wheel + 34, y + 164), "#1f2328", "#5b6470", 6)


def _cracks(draw: ImageDraw, draws: Draws, *, mended: bool) -> None:
    """Draw a hole in the pavement, or the even patch in its place."""
    x, y = draws.one(400, 480), 560
    if mended:
        draw.polygon([(x, y), (x + 260, y - 20), (x + 300, y + 70), (x - 30, y + 80)], "#77756f")
        return
    edge = [(x + 36 * n, y + draws.one(-24, 24) - 30 * (n % 2)) for n in range(8)]
    back = [(x + 36 * n, y + 70 + draws.one(-20, 20)) for n in range(7, -1, -1)]
    draw.polygon([*edge, *back], "#3d3b37", "#24261f")


def _label(draw: ImageDraw, *, mended: bool) -> None:
    """Say on the picture itself that it is drawn, with a bar in the colour of how it stands."""
    width, height = SIZE
    draw.rectangle((0, height - 76, width, height), "#ffffff")
    draw.rectangle((0, height - 76, 18, height), "#1b7f4b" if mended else "#b3261e")
    for nth, glyph in enumerate(_GLYPHS):
        for row in range(16):
            dots = int(glyph[4 * row : 4 * row + 4], 16)
            for column in range(16):
                if dots >> (15 - column) & 1:
                    x, y = 36 + nth * 18 * _DOT + column * _DOT, height - 62 + row * _DOT
                    draw.rectangle((x, y, x + _DOT - 1, y + _DOT - 1), "#1f2328")
    draw.text((160, height - 54), "schematic, drawn by the program", "#5b6470", font_size=30)
