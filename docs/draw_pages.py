"""Take the pictures of the demo's overview, on a desk and on a phone; `make pictures` does."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.service import Service, browsing

IMAGES = Path(__file__).with_name("images")
SHOWN = (
    ("overview.png", "/?lang=zh", {"width": 1440, "height": 900}),
    ("phone.png", "/?lang=zh", {"width": 390, "height": 844}),
)


def take() -> None:
    """Build a demo of its own, serve it and write the pictures."""
    with tempfile.TemporaryDirectory() as name, browsing() as browser:
        service = Service.within(Path(name))
        service.run("demo")
        with service.serving() as address:
            for picture, path, viewport in SHOWN:
                page = browser.new_page(viewport=viewport, locale="zh-CN")
                page.goto(f"{address}{path}", wait_until="networkidle")
                page.wait_for_selector(".overview[data-shown]")
                page.screenshot(path=IMAGES / picture)
                page.close()


if __name__ == "__main__":
    take()
