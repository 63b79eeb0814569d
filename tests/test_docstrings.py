"""What others may import says what it takes, gives and refuses: shapes, units, errors."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo_service import terms
from tests.conftest import PROJECT

PACKAGE = PROJECT / "geo_service"
ROOMS = ("link", "locate", "store", "flow")
ERRORS = {
    name
    for name in vars(terms)
    if inspect.isclass(one := getattr(terms, name)) and issubclass(one, Exception)
}
EVERYWHERE = {
    "flow": {
        *("store", "epsg", "report_id", "now", "tell", "path", "name", "table", "how", "layout"),
        *("record", "import_id"),
    },
    "link": {
        *("reports", "events", "categories", "rows", "words", "names", "code", "linking", "params"),
        *("memory", "which", "as_of", "end", "epsg"),
    },
    "locate": {"epsg", "params"},
    "store": set[str](),
}
"""Parameters that a room's door explains for all its functions."""

LIKE_ANOTHER = {"flow.silent": "it is a `Tell`"}

UNITS = {"_m": "metres", "metres": "metres", "days": "days", "seconds": "second", "lon": "degrees"}
"""What a name that ends so is measured in."""


def exported() -> dict[str, Any]:
    """Return the functions and classes that the rooms' doors name and that are their own."""
    found = {}
    for room in ROOMS:
        door = importlib.import_module(f"geo_service.{room}")
        for name, one in vars(door).items():
            if inspect.isfunction(one) or inspect.isclass(one):
                where = one.__module__.removeprefix("geo_service.").replace(".", "/")
                if where.startswith(room):
                    found[f"{room}.{name}"] = one
    return found


EXPORTED = exported()
FUNCTIONS = {
    name: one
    for name, one in EXPORTED.items()
    if inspect.isfunction(one) and name not in LIKE_ANOTHER
}


def sections(one: Callable[..., Any]) -> dict[str, str]:
    """Return a docstring's parts by their underlined headings, the first under an empty one."""
    parts = re.split(r"^(\w+)\n-+\n", inspect.getdoc(one) or "", flags=re.MULTILINE)
    return {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


def fields(one: Any) -> dict[str, str]:
    """Return the annotations of what a function takes or a class holds, by name."""
    if inspect.isclass(one):
        return {name: str(kind) for name, kind in inspect.get_annotations(one).items()}
    given = inspect.signature(one).parameters
    return {name: str(parameter.annotation) for name, parameter in given.items()}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_takes_and_gives(name):
    told, one = sections(FUNCTIONS[name]), FUNCTIONS[name]
    heads = re.findall(r"^(\w[\w, ]*)$", told.get("Parameters", ""), re.MULTILINE)
    named = {word.strip() for head in heads for word in head.split(",")}
    named |= set(re.findall(r"`(\w+)`", told[""]))
    assert set(fields(one)) - EVERYWHERE[name.partition(".")[0]] <= named
    if inspect.signature(one).return_annotation not in ("None", None):
        first = re.search(r"\b(?:[Rr]eturns?|Tell whether|Yield)\b", told[""])
        assert first or {"Returns", "Yields"} & told.keys()


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_explains_what_all_its_functions_take(room):
    told = importlib.import_module(f"geo_service.{room}").__doc__ or ""
    assert {name for name in EVERYWHERE[room] if f"``{name}``" not in told} == set()


@pytest.mark.parametrize("name", EXPORTED)
def test_arrays_have_a_shape_and_measures_a_unit(name):
    one = EXPORTED[name]
    door = importlib.import_module(f"geo_service.{name.partition('.')[0]}")
    text = f"{inspect.getdoc(one)} {door.__doc__}".lower()
    for field, kind in fields(one).items():
        if "NDArray" in kind or kind in ("Floats", "Ints", "Flags", "Shorts"):
            assert "shape" in text, field
        for end, unit in UNITS.items():
            if field.endswith(end) and ("float" in kind.lower() or "int" in kind.lower()):
                assert unit in text or "wgs 84" in text, field


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]


def test_errors_that_a_public_function_raises_are_named():
    silent = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            raised = {
                part.exc.func.id
                for part in ast.walk(node)
                if isinstance(part, ast.Raise)
                if isinstance(part.exc, ast.Call) and isinstance(part.exc.func, ast.Name)
            }
            told = ast.get_docstring(node) or ""
            silent += [
                f"{path.relative_to(PACKAGE)}: {node.name}: {error}"
                for error in sorted(raised & ERRORS)
                if not re.search(rf"^Raises\n-+\n(?s:.*)^{error}$", told, re.MULTILINE)
            ]
    assert not silent
