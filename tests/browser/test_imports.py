"""A district's own ledger comes in by the browser alone, and the page says what became of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from geo_service.people import hash_password
from geo_service.store import open_store
from tests.browser.conftest import PASSWORD, demo_in, pages_of, serving

Open = Callable[..., Page]
PERSON = "office-of-ours"


@pytest.fixture(scope="module")
def address(
    browser: Browser,
    demo_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Serve a district of this file's own: what comes in ends the demo."""
    folder = tmp_path_factory.mktemp("imports")
    path = demo_in(folder, demo_file)
    store = open_store(f"sqlite:///{path}", create=False)
    hashed = hash_password(PASSWORD, PERSON)
    store.accounts.add(PERSON, "office", hashed, None, datetime.now(UTC))
    store.close()
    with serving(folder) as served:
        yield served


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Open]:
    with pages_of(browser, address) as make:
        yield make


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Write a workbook as districts keep it: a cover sheet, a title row, and two faults."""
    book = openpyxl.Workbook()
    book.active.title = "封面"
    book.active.append(["七里河区 2026 年 6 月"])
    sheet = book.create_sheet("台账")
    sheet.append(["七里河区 2026 年 6 月城管案件台账"])
    sheet.append(["任务号", "小类名称", "发现于", "X坐标", "Y坐标", "案卷状态"])
    for n in range(1, 31):
        at = "昨天" if n == 30 else f"2026-06-{n:02} 09:00"
        sheet.append([f"T{n}", "暴露垃圾", at, 103.75 + n / 1000, 36.06, "已结案了" * (n == 3)])
    path = tmp_path / "六月台账.xlsx"
    book.save(path)
    return path


def fits(page: Page, width: int) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


@pytest.mark.parametrize(("lang", "phone"), [("zh-CN", False), ("en-GB", True)])
def test_a_ledger_is_looked_at_mended_kept_and_taken_back(
    opened: Open, ledger: Path, lang: str, phone: bool
) -> None:
    page = opened("/admin/imports", person=PERSON, lang=lang, phone=phone, ready="#file")
    page.set_input_files("#file", ledger)
    page.get_by_test_id("take").click()
    # the sheet and the header row are found, the column of times is not
    expect(page.get_by_test_id("import-error")).to_be_visible()
    expect(page.get_by_test_id("sheet")).to_contain_text("台账")
    page.get_by_test_id("map_reported_at").select_option("发现于")
    expect(page.get_by_test_id("kept")).to_have_text("29")
    expect(page.get_by_test_id("preview-row")).to_have_count(20)
    expect(page.get_by_test_id("reject-row")).to_have_count(1)
    assert fits(page, page.viewport_size["width"])
    page.get_by_test_id("keep").click()

    state = page.get_by_test_id("import-state")
    expect(state).to_have_attribute("data-state", "partly", timeout=60_000)
    expect(page.get_by_test_id("accepted")).to_have_text("29")
    expect(page.get_by_test_id("reject-row")).to_have_count(1)
    expect(page.get_by_test_id("unknown-status")).to_contain_text("已结案了")
    assert fits(page, page.viewport_size["width"])
    with page.expect_download() as sent:
        page.get_by_test_id("rejects-file").click()
    sheet = io.BytesIO(sent.value.path().read_bytes())
    rows = list(openpyxl.load_workbook(sheet).active.values)
    assert (rows[0][:3], rows[1][0]) == (("任务号", "小类名称", "发现于"), "T30")

    page.get_by_test_id("undo").click()
    expect(state).to_have_attribute("data-state", "undone")
    page.goto("/admin/imports")
    expect(page.get_by_test_id("import-row").first).to_contain_text("六月台账.xlsx")
    assert fits(page, page.viewport_size["width"])
