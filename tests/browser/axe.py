"""axe-core over every page: what is serious or critical for those who read with other means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from playwright.sync_api import Page

from tests.conftest import PROJECT

SCRIPT = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
NO_PAGES = ("/api/", "/tiles/", "/exports/", "/static/", "/healthz", "/readyz", "/metrics")


def pages_of(app: Flask, values: dict[str, Any]) -> Iterator[str]:
    """Yield the address of every page of `app`, `values` filled in; those without one left out."""
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        is_page = "GET" in (rule.methods or ()) and not str(rule).startswith(NO_PAGES)
        if is_page and rule.arguments <= values.keys():
            yield addresses.build(rule.endpoint, {one: values[one] for one in rule.arguments})


def faults(page: Page) -> list[str]:
    """Return what axe finds grave on the page as it stands: the rule and the first element."""
    page.evaluate(SCRIPT.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]
