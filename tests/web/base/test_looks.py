"""Colours and class breaks are said once, in `terms`."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from geo_service.terms import COLOURS, HEAT, LAYERS, SHARES
from geo_service.web.base.looks import FILES
from geo_service.web.base.static_files import FOLDER

OWN = [
    path
    for ext in ("*.css", "*.js")
    for path in sorted(FOLDER.rglob(ext))
    if "vendor" not in path.parts and path.relative_to(FOLDER).as_posix() not in FILES
]


@pytest.mark.parametrize("name", FILES)
def test_what_the_pages_read_is_what_is_said(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == FILES[name](), "`make looks` writes it anew"


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_no_other_file_names_a_colour(path: Path) -> None:
    assert re.findall(r"#[0-9a-f]{6}\b", path.read_text("utf-8").replace("#fff;", "")) == []


@pytest.mark.parametrize("name", LAYERS)
def test_a_class_has_a_colour_a_break_and_where_it_counts_a_label(name: str) -> None:
    classes = LAYERS[name]
    if name == "density":  # breaks by zoom step
        assert all(len(step.breaks) == len(classes.colours) for step in HEAT)
        return
    edges = classes.breaks
    assert len(classes.colours) == len(edges) + 1
    assert list(edges) == sorted(edges)
    assert len(classes.labels) in (0, len(classes.colours))


def luminance(colour: str) -> float:
    """Return the relative luminance of sRGB (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", LAYERS)
def test_neighbouring_classes_are_told_apart_by_their_lightness(name: str) -> None:
    light = [luminance(colour) + 0.05 for colour in LAYERS[name].colours]
    assert all(one >= 1.5 * after for one, after in pairwise(light)), light


def test_a_property_of_a_colour_that_is_used_exists() -> None:
    named = {*COLOURS, *(f"share-{place}" for place in range(len(SHARES.colours)))}
    sheets = [path.read_text("utf-8") for path in OWN if path.suffix == ".css"]
    own = {name for text in sheets for name in re.findall(r"--([\w-]+):", text)} | {"done"}
    used = {name for text in sheets for name in re.findall(r"var\(--([\w-]+)", text)}
    assert used <= named | own
