"""The compiled functions of linking as the plain ones they are made of."""

from __future__ import annotations

from geo_service.link import events, rule, walk


def uncompiled(monkeypatch):
    for module in (rule, events, walk):
        for name, value in vars(module).copy().items():
            plain = getattr(value, "py_func", None)
            if plain is not None:
                monkeypatch.setattr(module, name, plain)
