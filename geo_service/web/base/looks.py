"""Colours and class breaks for the pages, written from `terms`: one sheet and one module.

They are kept as files, so that the tools of scripts read what a browser reads.
"""

import json
from collections.abc import Mapping

from geo_service.terms import COLOURS, HEAT, LAYERS, SHARES
from geo_service.web.base.static_files import FOLDER

_SAID = "Written by `make looks` from geo_service/terms/looks.py: change it there."
_LAYER = "{colours: string[], breaks: number[], labels: string[], strongFrom: number}"


def sheet() -> str:
    """Return the colours as custom properties."""
    shares = {f"share-{place}": colour for place, colour in enumerate(SHARES.colours)}
    lines = "".join(f"  --{name}: {colour};\n" for name, colour in {**COLOURS, **shares}.items())
    return f"/* {_SAID} */\n:root {{\n{lines}}}\n"


def module() -> str:
    """Return colours and layers as a module of scripts."""
    colours = {name.replace("-", "_"): colour for name, colour in COLOURS.items()}
    layers = {
        name: {
            "colours": classes.colours,
            "breaks": classes.breaks,
            "labels": classes.labels,
            "strongFrom": classes.strong_from,
        }
        for name, classes in LAYERS.items()
    }
    return (
        f"// {_SAID}\n\n"
        f"export const COLOURS = {_written(colours)};\n\n"
        "// the least value of each class but the lowest\n"
        f"/** @type {{Record<string, {_LAYER}>}} */\n"
        f"export const LAYERS = {_written(layers)};\n\n"
        "// from which zoom on each step of the heat map is shown\n"
        f"export const HEAT_ZOOMS = {json.dumps([one.zoom for one in HEAT])};\n"
    )


def _written(table: Mapping[str, object]) -> str:
    lines = (f"  {key}: {json.dumps(one, ensure_ascii=False)},\n" for key, one in table.items())
    return "{\n" + "".join(lines) + "}"


FILES = {"css/looks.css": sheet, "js/base/looks.js": module}
"""What is written where, below the folder of static files."""


def write() -> None:
    """Write both files."""
    for name, text in FILES.items():
        path = FOLDER / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text(), "utf-8")


if __name__ == "__main__":
    write()
