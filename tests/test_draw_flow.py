"""The picture of the house is drawn from its contract, so that it can't go stale."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location

from tests.conftest import PROJECT

SCRIPT = PROJECT / "docs" / "draw_flow.py"


def script():
    spec = spec_from_file_location("draw_flow", SCRIPT)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_picture_is_as_the_contract_has_it():
    drawing = script()
    assert drawing.PICTURE.read_text("utf-8") == drawing.draw(), "make pictures"


def test_rooms_stand_on_the_floors_of_the_contract_and_steps_in_their_order(monkeypatch):
    drawing = script()
    layers = ["a.cli", "a.two | a.one | a.store", "a.terms"]
    never = {"name": "No step", "source_modules": ["a.store"]}
    monkeypatch.setattr(drawing, "contracts", lambda: [{"layers": layers}, never])
    told = {"a.one": "Step 1: files come in.", "a.two": "Step 2: rows <lie> somewhere."}
    monkeypatch.setattr(drawing, "says", lambda name: told.get(name, name))
    assert [[room.name for room in floor] for floor in drawing.floors()] == [
        ["cli"],
        ["one", "two"],
        ["store"],
        ["terms"],
    ]
    assert [room.never for floor in drawing.floors() for room in floor if room.never] == ["No step"]
    assert "rows &lt;lie&gt; somewhere." in drawing.draw()
