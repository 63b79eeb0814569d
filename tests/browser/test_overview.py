"""The overview: what a supervisor sees at half past seven."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from geo_service.terms import HEAT
from tests.browser.conftest import (
    HOSTILE,
    SUPERVISOR,
    Server,
    count_pixels,
    middle,
    picture,
    wait_until_shown,
)

Open = Callable[..., Page]
SLIDER = "[data-testid=week-slider]"
ROW = "[data-testid=worst-row]"
DRAWER = "[data-testid=area-drawer]"


def weeks(page: Page) -> list[str]:
    found: list[str] = json.loads(page.request.get("/api/periods").body())["weeks"]
    return found


def colours(page: Page) -> int:
    """Count the strong pixels of the areas' floor: red well above blue."""
    return count_pixels(page, "r - b > 80")


def test_the_page_opens_without_sign_in_on_the_last_week(opened: Open) -> None:
    page = opened()
    expect(page.get_by_test_id("map").locator("canvas").first).to_be_visible()
    expect(page.locator(".week-label")).to_have_text("第26周 · 6月22–28日")
    expect(page.locator(".schematic")).to_have_text("示意")
    expect(page.locator(".state")).to_contain_text("7 天内反弹")
    hot = page.locator(".badge-icon .hot .badge-rank")
    expect(hot.first).to_have_text("1")
    assert 1 <= hot.count() < page.locator(".badge-icon").count(), "hot areas stand out"


def test_colour_is_kept_for_where_it_matters(opened: Open) -> None:
    page = opened()
    size = page.evaluate("geoServiceMap.getSize().x * geoServiceMap.getSize().y")
    assert colours(page) < size / 4


def test_the_legend_says_what_colours_mean(opened: Open) -> None:
    page = opened()
    legend = page.get_by_test_id("legend")
    expect(legend).to_contain_text("核实修复后 30 天内反弹")
    expect(legend).to_contain_text("确实比全区差")


def test_a_step_of_the_week_changes_map_and_label(opened: Open) -> None:
    page = opened()
    known = weeks(page)
    before, label = picture(page), page.locator(".week-label").inner_text()
    page.locator(SLIDER).fill(str(len(known) - 14))
    wait_until_shown(page, "rebound", known[-14])
    assert picture(page) != before
    assert page.locator(".week-label").inner_text() != label
    assert f"week={known[-14]}" in page.url


def test_play_walks_through_the_weeks(opened: Open) -> None:
    page = opened()
    last = page.locator(SLIDER).input_value()
    page.get_by_role("button", name="播放").click()
    expect(page.locator(SLIDER)).not_to_have_value(last)
    first = page.locator(SLIDER).input_value()
    expect(page.locator(SLIDER)).not_to_have_value(first)
    page.get_by_role("button", name="暂停").click()
    stopped = page.locator(SLIDER).input_value()
    page.wait_for_timeout(1000)
    assert page.locator(SLIDER).input_value() == stopped


def test_layers_change_map_and_legend(opened: Open) -> None:
    page = opened()
    week, before = weeks(page)[-1], picture(page)
    page.get_by_test_id("layer-select").select_option("hotspots")
    wait_until_shown(page, "hotspots", week)
    hot = picture(page)
    assert hot != before
    page.get_by_test_id("layer-select").select_option("density")
    wait_until_shown(page, "density", week)
    assert picture(page) != hot
    expect(page.get_by_test_id("legend")).to_contain_text("30 天内每平方公里案卷数")
    expect(page.locator(".leaflet-heat-pane img.heat")).to_have_count(1)


def test_the_map_of_rebounds_is_for_the_days_that_are_chosen(opened: Open) -> None:
    page = opened()
    legend, month = page.get_by_test_id("legend"), picture(page)
    expect(legend).to_contain_text("30 天内反弹")
    page.get_by_test_id("days-select").select_option("90")
    expect(legend).to_contain_text("90 天内反弹")
    assert picture(page) != month
    assert "days=90" in page.url
    page.get_by_test_id("layer-select").select_option("hotspots")
    expect(page.get_by_test_id("days-select")).to_be_hidden()


def test_the_heat_map_is_of_fixed_steps_by_zoom(opened: Open) -> None:
    page = opened("/?layer=density")
    legend = page.get_by_test_id("legend")
    shown = page.locator(".leaflet-heat-pane img.heat")
    seen = []
    for zoom, step in ((11, HEAT[0]), (12, HEAT[1]), (13, HEAT[1]), (15, HEAT[2])):
        page.evaluate(f"void geoServiceMap.setZoom({zoom}, {{ animate: false }})")
        expect(legend).to_contain_text(f"按 {step.metres} 米平滑")
        expect(legend).to_contain_text(f"≥ {step.breaks[-1]}")
        seen.append(shown.get_attribute("src"))
    assert seen[1] == seen[2]
    assert len(set(seen)) == len(HEAT)
    # what is in view has no say in it
    page.evaluate("void geoServiceMap.panBy([300, 0], { animate: false })")
    assert shown.get_attribute("src") == seen[-1]


def test_category_and_kind_change_the_list_and_the_map(opened: Open) -> None:
    page = opened()
    before, rows = picture(page), page.locator(ROW).all_inner_texts()
    page.get_by_test_id("category-select").select_option("D01")
    expect(page.locator(ROW).first).not_to_have_text(rows[0])
    page.wait_for_selector('[data-shown-of="D01"]')
    changed = picture(page)
    assert changed != before
    page.get_by_test_id("kind-select").select_option("market")
    expect(page.locator(ROW).last).to_contain_text("集贸市场")
    for text in page.locator(ROW).all_inner_texts():
        assert "集贸市场" in text
    page.wait_for_selector('[data-shown-of="D01 market"]')
    assert picture(page) != changed


def test_the_list_is_in_the_order_of_rank(opened: Open) -> None:
    page = opened()
    rows = json.loads(page.request.get(f"/api/worst/{weeks(page)[-1]}?limit=20").body())["rows"]
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    shown = page.locator(ROW).evaluate_all("rows => rows.map((row) => row.dataset.area)")
    assert shown[:20] == [row["area_id"] for row in rows]
    numbers = page.locator(".row-rank").all_inner_texts()
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert page.locator(".badge-icon .badge-rank").all_inner_texts() == numbers[:10]


def test_the_list_follows_the_map(opened: Open) -> None:
    page = opened()
    expect(page.locator(ROW).first).to_be_visible()
    before = page.locator(ROW).evaluate_all("rows => rows.map((row) => row.dataset.area)")
    page.evaluate("void geoServiceMap.setZoom(18, { animate: false })")
    expect(page.locator(ROW)).not_to_have_count(len(before))
    shown = page.locator(ROW).evaluate_all("rows => rows.map((row) => row.dataset.area)")
    assert 0 < len(shown) < len(before)
    inside = page.evaluate(
        """(ids) => {
          const box = geoServiceMap.getBounds();
          const found = new Map();
          geoServiceMap.eachLayer((layer) => {
            const area = layer.feature && layer.options.pane === "areas";
            if (area) found.set(layer.feature.id, layer.getBounds());
          });
          return ids.every((id) => box.intersects(found.get(id)));
        }""",
        shown,
    )
    assert inside, "only what the map shows is listed"


def test_a_row_opens_the_drawer_with_its_figures(opened: Open) -> None:
    page = opened()
    row = page.locator(ROW).first
    area_id = row.get_attribute("data-area")
    row.click()
    facts = json.loads(page.request.get(f"/api/areas/{area_id}/summary").body())
    drawer = page.locator(DRAWER)
    expect(drawer.locator("h2")).to_have_text(facts["name"])
    sentence = drawer.locator(".sentence")
    expect(sentence).to_contain_text(f"{facts['rebound_spells']} 次核实修复")
    expect(sentence).to_contain_text(f"{facts['rebound_events_30']} 次在 30 天内反弹")
    expect(drawer.locator("svg.bars g")).to_have_count(52)
    expect(drawer.get_by_test_id("case-row")).to_have_count(10)
    assert f"area={area_id}" in page.url


def test_an_area_on_the_map_opens_its_drawer(opened: Open) -> None:
    page = opened()
    area_id = page.locator(ROW).first.get_attribute("data-area")
    assert area_id is not None
    spot = middle(page, area_id)
    page.wait_for_timeout(300)
    page.mouse.move(*spot)
    expect(page.locator(".area-hint")).to_be_visible()
    page.mouse.click(*spot)
    expect(page.locator(DRAWER)).to_be_visible()
    assert f"area={area_id}" in page.url


def test_a_hostile_name_is_only_text(opened: Open, demo_server: Server) -> None:
    page = opened(f"/?area={demo_server.hostile_area}")
    expect(page.locator(f"{DRAWER} h2")).to_have_text(HOSTILE)
    page.goto(f"/areas/{demo_server.hostile_area}")
    page.wait_for_selector("[data-ready=yes]")
    expect(page.locator("h1")).to_have_text(HOSTILE)
    assert page.title() != "owned"
    assert page.locator("img[src=x]").count() == 0


def test_the_address_keeps_the_state(opened: Open) -> None:
    page = opened()
    week = weeks(page)[-8]
    page.get_by_test_id("layer-select").select_option("hotspots")
    page.get_by_test_id("category-select").select_option("D04")
    page.get_by_test_id("kind-select").select_option("market")
    page.locator(SLIDER).fill(str(len(weeks(page)) - 8))
    page.evaluate("void geoServiceMap.setView([36.07, 103.76], 14, { animate: false })")
    wait_until_shown(page, "hotspots", week)
    expect(page.locator(ROW).first).to_contain_text("集贸市场")
    page.locator(ROW).first.click()
    expect(page.locator(f"{DRAWER} .sentence")).to_be_visible()
    page.wait_for_timeout(600)  # the map may still be moving towards the area
    title, address = page.locator(f"{DRAWER} h2").inner_text(), page.url
    page.reload()
    wait_until_shown(page, "hotspots", week)
    page.wait_for_selector("[data-ready=yes]")
    assert page.url == address
    expect(page.get_by_test_id("layer-select")).to_have_value("hotspots")
    expect(page.get_by_test_id("category-select")).to_have_value("D04")
    expect(page.get_by_test_id("kind-select")).to_have_value("market")
    expect(page.locator(f"{DRAWER} h2")).to_have_text(title)
    assert page.evaluate("geoServiceMap.getZoom()") == 14


def test_both_languages(opened: Open) -> None:
    page = opened("/?layer=hotspots")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_test_id("language").click()
    page.wait_for_selector("[data-ready=yes]")
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator(".week-label")).to_have_text("week 26 · 22–28 June 2026")
    expect(page.locator(".schematic")).to_have_text("schematic")
    assert "layer=hotspots" in page.url, "the place is kept"
    left = page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const found = [];
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const ours = !node.parentElement.closest("[data-name], [data-testid=language]");
            if (ours && /[\\u4e00-\\u9fff]/.test(node.data)) found.push(node.data.trim());
          }
          return found;
        }"""
    )
    assert left == [], "what is not a name from data is English"


def test_everything_by_keyboard(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    page.locator(SLIDER).focus()
    before = page.locator(".week-label").inner_text()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".week-label")).not_to_have_text(before)
    page.locator(f"{ROW} .row-open").first.focus()
    area_id = page.evaluate("document.activeElement.closest('.row').dataset.area")
    page.keyboard.press("Enter")
    drawer = page.locator(DRAWER)
    expect(drawer).to_be_visible()
    expect(drawer).to_be_focused()
    expect(drawer.get_by_test_id("assign")).to_be_visible()
    page.keyboard.press("Tab")
    expect(drawer.get_by_role("button", name="关闭")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator(f'{ROW}[data-area="{area_id}"] .row-open')).to_be_focused()


def test_the_first_press_of_tab_leads_to_the_content(opened: Open) -> None:
    page = opened()
    page.keyboard.press("Tab")
    expect(page.get_by_text("跳到内容")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
def test_every_control_has_a_name(opened: Open, lang: str) -> None:
    page = opened(person=SUPERVISOR, lang=lang)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], select, input, summary")]
          .filter((one) => one.type !== "hidden" && one.offsetParent !== null)
          .filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length))
          .map((one) => one.outerHTML)"""
    )
    assert nameless == []


def test_the_viewer_without_sign_in_cannot_assign(opened: Open) -> None:
    page = opened()
    assert page.get_by_test_id("assign").count() == 0
    assert page.get_by_test_id("confirm").count() == 0


def test_the_drawer_draws_when_problems_come_back(opened: Open) -> None:
    page = opened()
    page.get_by_test_id("worst-row").first.click()
    curve = page.get_by_test_id("return-curve")
    expect(curve).to_be_visible()
    expect(curve).to_have_attribute("aria-label", re.compile(r"30 天内这里 \d+\s%，全区 10\s%"))
    numbers = curve.locator("text.middle").all_text_contents()
    assert numbers[::2] == ["0", "30", "60", "90"]
    watched = [int(one) for one in numbers[1::2]]
    assert watched == sorted(watched, reverse=True)
    assert watched[0] > watched[-1] > 0
    expect(curve.locator(".curve-dot")).to_have_count(1)
