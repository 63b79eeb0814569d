"""Draw the house as `docs/images/flow.svg`, from the contract of imports and what rooms say.

Floors are the layers of `pyproject.toml`, a room's line is the first of its docstring, and the
steps stand in the order of their numbers. `make pictures` draws it; a test draws it again.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap

PROJECT = Path(__file__).parents[1]
PICTURE = PROJECT / "docs" / "images" / "flow.svg"

WIDE, EDGE, GAP, LEFT = 1120, 24, 16, 136
LINE, PAD, TITLE = 16, 12, 20
LETTER = 6.1
"""Width of a letter of 12 px."""

GROUND, PAPER, INK, QUIET, RULE, ACCENT = (
    *("#f6f5f1", "#fffefb", "#1f2328", "#5b6470", "#cdc9bd", "#0b5cad"),
)
FONT = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"
TOLD = {
    "cli": "faces · 界面",
    "web": "faces · 界面",
    "flow": "flow · 流程",
    "steps": "steps · 步骤",
    "beside": "beside · 支撑",
    "measure": "below · 基础",
    "terms": "words · 词语",
}
"""What stands left of a floor, by the first of its rooms."""

LEGEND = (
    (
        "Imports go downward only; rooms on one line never import each other. "
        "只许向下引用，同层互不引用。"
    ),
    "The flow calls step after step and hands the tables on. 流程依次调用各步骤，以表相传。",
)


@dataclass(frozen=True)
class Room:
    """A box: the room's name, its step's number or 0, what it says, what it may not import."""

    name: str
    step: int
    says: str
    never: str


def contracts() -> list[dict[str, object]]:
    """Return the contracts of imports, as `pyproject.toml` has them."""
    text = (PROJECT / "pyproject.toml").read_text("utf-8")
    found: list[dict[str, object]] = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return found


def says(module: str) -> str:
    """Return the first line of a module's docstring, without its marks of code."""
    path = PROJECT / Path(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    told = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return re.sub(r"``|`", "", told.split("\n\n")[0].replace("\n", " "))


def floors() -> list[list[Room]]:
    """Return the rooms of each floor, from the top; steps and what stands beside them apart."""
    layers, *others = contracts()
    never = {
        source: str(contract["name"])
        for contract in others
        for source in contract["source_modules"]  # type: ignore[attr-defined]
    }
    found: list[list[Room]] = []
    for layer in layers["layers"]:  # type: ignore[attr-defined]
        rooms = []
        for module in re.split(r"\s*[|:]\s*", layer):
            told = says(module)
            step = re.match(r"Step (\d+): ", told)
            number = int(step[1]) if step else 0
            text = told[step.end() :] if step else told
            rooms.append(Room(module.partition(".")[2], number, text, never.get(module, "")))
        steps = sorted((room for room in rooms if room.step), key=lambda room: room.step)
        found += [some for some in (steps, [room for room in rooms if not room.step]) if some]
    return found


def text(x: float, y: float, words: str, size: int = 12, colour: str = INK, more: str = "") -> str:
    """Return a line of text."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}"{more}>{escape(words)}</text>'
    )


def arrow(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    """Return a straight arrow."""
    return (
        f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="{colour}" stroke-width="1.5" '
        f'marker-end="url(#{"step" if colour == ACCENT else "down"})"/>'
    )


def side(rooms: list[Room]) -> str:
    """Return what stands left of a floor."""
    if any(room.step for room in rooms):
        return TOLD["steps"]
    return TOLD.get(rooms[0].name, TOLD["beside"] if len(rooms) > 2 else "")


def draw() -> str:
    """Return the picture."""
    parts: list[str] = []
    y, drawn = EDGE, floors()
    for number, rooms in enumerate(drawn):
        wide = (WIDE - LEFT - EDGE - GAP * (len(rooms) - 1)) / len(rooms)
        letters = int((wide - 2 * PAD) / LETTER)
        lines = [wrap(room.says, letters) for room in rooms]
        nots = [wrap(room.never, letters) for room in rooms]
        most = max(len(one) + len(other) for one, other in zip(lines, nots, strict=True))
        high = 2 * PAD + TITLE + LINE * most
        parts.append(text(EDGE, y + PAD + 13, side(rooms), colour=QUIET))
        for place, room in enumerate(rooms):
            x = LEFT + place * (wide + GAP)
            colour = ACCENT if room.step else RULE
            parts.append(
                f'<rect x="{x:g}" y="{y}" width="{wide:g}" height="{high}" rx="4" '
                f'fill="{PAPER}" stroke="{colour}"/>'
            )
            title = f"{room.step}  {room.name}" if room.step else room.name
            bold = ' font-weight="600"'
            parts.append(text(x + PAD, y + PAD + 13, title, 14, more=bold))
            below = y + PAD + TITLE + 13
            for row, words in enumerate([*lines[place], *nots[place]]):
                shade = INK if row < len(lines[place]) else ACCENT
                parts.append(text(x + PAD, below + row * LINE, words, colour=shade))
            if room.step and place + 1 < len(rooms):
                middle = y + PAD + 9
                parts.append(arrow(x + wide, middle, x + wide + GAP - 5, middle, ACCENT))
        y += high
        beside = bool(rooms[0].step)
        if number + 1 < len(drawn):
            if not beside:
                middle = LEFT + (WIDE - LEFT - EDGE) / 2
                parts.append(arrow(middle, y + 2, middle, y + GAP + 1, QUIET))
            y += GAP if beside else GAP + 8
    for row, words in enumerate(LEGEND):
        parts.append(text(LEFT, y + 24 + row * LINE, words, colour=QUIET))
    return _page(y + 24 + LINE + EDGE, parts)


def _page(high: int, parts: list[str]) -> str:
    marks = "".join(
        f'<marker id="{name}" viewBox="0 0 6 6" refX="3" refY="3" markerWidth="5" '
        f'markerHeight="5" orient="auto"><path d="M0 0L6 3L0 6z" fill="{colour}"/></marker>'
        for name, colour in (("step", ACCENT), ("down", QUIET))
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" '
        f'height="{high}" font-family="{FONT}">\n<title>The house, floor by floor</title>\n'
        f'<defs>{marks}</defs>\n<rect width="{WIDE}" height="{high}" fill="{GROUND}"/>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), "utf-8", newline="\n")
