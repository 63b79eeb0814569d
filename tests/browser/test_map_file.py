"""The map as one file, opened from a disk without any network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from geo_service.store import open_store
from tests.browser.conftest import (
    COMMAND,
    LISTEN,
    PHONE,
    SUPERVISOR,
    WIDE,
    Server,
    Watch,
    picture,
)

TITLE = "七里河区 · 全部类别"


@pytest.fixture(scope="module")
def map_file(demo_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the file of the demo, once."""
    path = tmp_path_factory.mktemp("stick") / "地图 1.html"
    words = [*COMMAND, "export", "map", "--output", str(path), "--db", demo_server.url]
    environment = os.environ | {"GEO_SERVICE_LANGUAGE": "zh"}
    subprocess.run(words, check=True, capture_output=True, env=environment)
    return path


@contextmanager
def stick(browser: Browser, path: Path, *, phone: bool = False, mark: str = "") -> Iterator[Page]:
    """Open `path` without a network; afterwards nothing was asked for and nothing failed."""
    context = browser.new_context(
        viewport=PHONE if phone else WIDE, has_touch=phone, offline=True, locale="zh-CN"
    )
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.set_default_timeout(15_000)
    watch, asked = Watch(), []
    watch.over(page)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri() + mark)
    page.wait_for_selector("[data-ready=yes]")
    yield page
    outside = [url for url in asked if not url.startswith("data:")]
    assert {url.partition("#")[0] for url in outside} == {path.as_uri()}
    assert page.evaluate("window.violations") == []
    assert watch.complaints == []
    context.close()


def test_it_is_small_and_opens_without_a_network(browser: Browser, map_file: Path) -> None:
    assert map_file.stat().st_size <= 3_000_000
    with stick(browser, map_file) as page:
        assert page.title() == TITLE
        assert page.get_attribute("html", "lang") == "zh-CN"
        assert page.locator("[data-testid=map] canvas").count() >= 1
        assert page.locator("[data-testid=legend] li").count() >= 4
        assert page.locator("[data-testid=worst-row]").count() == 20
        assert page.locator(".week-label").inner_text() == "第26周 · 6月22–28日"


def test_the_slider_shows_another_week(browser: Browser, map_file: Path) -> None:
    with stick(browser, map_file) as page:
        last, worst = picture(page), page.locator("[data-testid=worst-list]").inner_text()
        slider = page.locator("[data-testid=week-slider]")
        assert slider.get_attribute("max") == "25"
        slider.fill("0")
        assert page.get_attribute(".overview", "data-shown") == "rebound 2026-W01"
        assert picture(page) != last
        assert page.locator("[data-testid=worst-list]").inner_text() != worst


def test_each_figure_has_its_legend(browser: Browser, map_file: Path) -> None:
    with stick(browser, map_file) as page:
        legends, pictures = set(), set()
        for layer in ("rebound", "hotspots", "forecast", "density", "coverage"):
            page.select_option("[data-testid=layer-select]", layer)
            legends.add(page.locator("[data-testid=legend]").inner_text())
            pictures.add(picture(page))
            if layer == "density":
                expect(page.locator("img.heat")).to_have_count(1)
                assert any("30 天内每平方公里案卷数" in legend for legend in legends)
        assert (len(legends), len(pictures)) == (5, 5)
        expect(page.locator("img.heat")).to_have_count(0)


@pytest.mark.parametrize("phone", [False, True])
def test_pressing_an_area_tells_its_name_and_figures(
    browser: Browser, map_file: Path, phone: bool
) -> None:
    with stick(browser, map_file, phone=phone) as page:
        # the third lies apart from all others of the list
        name = page.locator("[data-testid=worst-row] b").nth(2).text_content()
        badge = page.locator(".badge-icon .badge-rank", has_text="3").first.bounding_box()
        assert badge is not None
        x, y = badge["x"] + badge["width"] / 2, badge["y"] + badge["height"] / 2
        page.mouse.click(x, y)
        drawer = page.locator("[data-testid=area-drawer]")
        assert drawer.locator("h2").inner_text() == name
        assert "次核实修复中" in drawer.inner_text()
        assert drawer.locator("dd").count() == 6
        figures = drawer.locator("dl").inner_text()
        page.locator("[data-testid=week-slider]").fill("3")
        assert drawer.locator("h2").inner_text() == name
        assert drawer.locator("dl").inner_text() != figures
        drawer.locator(".close").click()
        assert drawer.is_hidden()


def test_the_other_language_is_inside(browser: Browser, map_file: Path) -> None:
    with stick(browser, map_file) as page:
        page.click("[data-testid=language]")
        page.wait_for_selector("html[lang=en]")
        page.wait_for_selector("[data-ready=yes]")
        assert "Came back within 30 days" in page.locator("[data-testid=legend]").inner_text()
        assert page.title() == "Qilihe · All categories"


WORST = (
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "'\"`${document.title='owned'}\\",
    "{{ 7*7 }}{% if 1 %}owned{% endif %}{# gone #}",
    "--><!--\u2028\u2029]]>&lt;b&gt;&amp;",
)


def test_names_that_mean_harm_are_only_names(
    browser: Browser, demo_server: Server, tmp_path: Path
) -> None:
    shutil.copy(demo_server.url.removeprefix("sqlite:///"), tmp_path / "store.sqlite")
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    store = open_store(url, create=False)
    areas, ground = store.areas.read(), store.ground.read()
    for table in (areas, ground):
        table["name"] = [f"{WORST[n % len(WORST)]}{n}" for n in range(len(table))]
    store.areas.upsert(areas)
    store.ground.replace(ground)
    store.district.set(name_zh=WORST[0], name_en=WORST[3])
    store.close()
    path = tmp_path / "map.html"
    command = [*COMMAND, "export", "map", "--output", str(path), "--db", url, "--weeks", "2"]
    subprocess.run([*command, "--subdistrict", "SD-01"], check=True, capture_output=True)
    known = set(areas["name"])
    with stick(browser, path) as page:
        assert page.locator(".district").inner_text() == WORST[0]
        assert page.title().startswith(WORST[0])
        for button in page.locator("[data-testid=worst-row] .row-open").all()[:5]:
            name = button.locator("b").inner_text()
            assert name in known
            button.click()
            assert page.locator("[data-testid=area-drawer] h2").inner_text() == name
            page.locator("[data-testid=area-drawer] .close").click()
        assert page.locator("img, iframe, object, embed").count() == 0
        assert page.locator("script").count() == 4
        page.click("[data-testid=language]")
        page.wait_for_selector("html[lang=en]")
        page.wait_for_selector("[data-ready=yes]")
        assert page.title().startswith(WORST[3])


def test_the_overview_gives_what_it_shows(
    opened: Callable[..., Page], browser: Browser, tmp_path: Path
) -> None:
    page = opened("/?layer=hotspots", person=SUPERVISOR)
    page.select_option("[data-testid=kind-select]", "market")
    page.locator("[data-testid=week-slider]").fill("100")
    with page.expect_download() as started:
        page.locator(".map-downloads summary").click()
        page.click("[data-testid=download-map]")
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    with stick(browser, path) as file:
        assert file.get_attribute(".overview", "data-shown") == "hotspots 2026-W23"
        assert "集贸市场" in file.title()


def test_who_may_not_export_is_offered_nothing(opened: Callable[..., Page]) -> None:
    assert opened("/").locator("[data-testid=download-map]").count() == 0
