"""The compiled functions of linking as the plain ones they are made of."""

from __future__ import annotations

from geo_service.link import grid, revising, rule, rule_arrays, solving, stretches, sweep, walking


def uncompiled(monkeypatch):
    for module in (rule, rule_arrays, walking, solving, grid, sweep, stretches, revising):
        for name, value in vars(module).copy().items():
            plain = getattr(value, "py_func", None)
            if plain is not None:
                monkeypatch.setattr(module, name, plain)
