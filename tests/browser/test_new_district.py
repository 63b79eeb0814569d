"""The first map of a new district, in the browser alone, as docs/new-district.md says: counted."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
from playwright.sync_api import Browser, Page, expect

from geo_service.people import hash_password
from geo_service.store import open_store
from tests.browser.conftest import PASSWORD, demo_in, pages_of, serving

Open = Callable[..., Page]
MOST = 25
SECONDS = 600
WEST, SOUTH, STEP = 103.82, 36.05, 0.004
CALLED = {"gbk": "东岗后街", "big5": "東崗後街"}
"""What alleys are called, by the encoding of their file."""
ALLEYS = 12
CASES = 240
HEADS = ["任务号", "小类名称", "上报时间", "处置时间", "结案时间", "X坐标", "Y坐标", "案卷状态"]
START = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
def address(
    browser: Browser, demo_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Serve what `make run` makes; of the passwords it prints one is known here."""
    folder = tmp_path_factory.mktemp("new")
    path = demo_in(folder, demo_file)
    store = open_store(f"sqlite:///{path}", create=False)
    store.accounts.set_password("office", hash_password(PASSWORD, "office"), datetime.now(UTC))
    store.close()
    with serving(folder) as served:
        yield served


@dataclass
class Walker:
    """A person at a page: every press, choice, field and file is counted."""

    page: Page
    done: list[str] = field(default_factory=list)

    def press(self, what: str) -> None:
        self.done.append(f"press {what}")
        self.page.click(what)

    def choose(self, name: str, value: str) -> None:
        """Choose from a select, which sends its form."""
        self.done.append(f"choose {name}")
        with self.page.expect_navigation():
            self.page.get_by_test_id(name).select_option(value)

    def fill(self, what: str, value: str) -> None:
        self.done.append(f"fill {what}")
        self.page.fill(what, value)

    def hand_in(self, path: Path) -> None:
        """Choose a file, and go on to its preview."""
        self.done.append(f"file {path.name}")
        self.page.set_input_files("#file", path)
        self.press("[data-testid=take]")

    def keep(self, *states: str) -> None:
        """Keep what the preview shows, and wait for its end: the page follows by itself."""
        self.press("[data-testid=keep]")
        state = self.page.get_by_test_id("import-state")
        expect(state).not_to_have_attribute("data-state", "queued", timeout=60_000)
        expect(state).not_to_have_attribute("data-state", "running", timeout=60_000)
        assert state.get_attribute("data-state") in states


def shapefile(folder: Path, shapes: list[shapely.Geometry], encoding: str, crs: int = 4326) -> Path:
    """Write alleys as offices send them: zipped, and nothing says the encoding."""
    names = [f"{CALLED[encoding]}{n}巷" for n in range(len(shapes))]
    ids = [f"D{n}" for n in range(len(shapes))]
    table = gpd.GeoDataFrame({"area_id": ids, "name": names}, geometry=shapes, crs=4326).to_crs(crs)
    table.to_file(folder / "alleys.shp", encoding=encoding, engine="pyogrio")
    (folder / "alleys.cpg").unlink()
    path = folder / "背街小巷.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in folder.glob("alleys.*"):
            packed.write(part, part.name)
    return path


def middles() -> list[tuple[float, float]]:
    return [(WEST + n % 4 * STEP, SOUTH + n // 4 * STEP) for n in range(ALLEYS)]


def boxes() -> list[shapely.Geometry]:
    return [shapely.box(x - 0.0008, y - 0.0004, x + 0.0008, y + 0.0004) for x, y in middles()]


def lines() -> list[shapely.Geometry]:
    return [shapely.LineString([(x - 0.0008, y), (x + 0.0008, y)]) for x, y in middles()]


def cases(written: str = "%Y-%m-%d %H:%M") -> list[list[object]]:
    """Return rows of a ledger: each alley has several places, and most of them come back."""
    rows = []
    for n in range(CASES):
        x, y = middles()[n % ALLEYS]
        place = n // ALLEYS % 3 * 0.0005
        at = START + timedelta(hours=5 * n)
        times = [(at + timedelta(hours=h)).strftime(written) for h in (0, 20, 30)]
        what = "暴露垃圾" if n % 2 else "非法小广告"
        rows.append([f"T{n}", what, *times, x - 0.0005 + place, y, "已结案"])
    return rows


def plain_ledger(folder: Path) -> Path:
    """A cover sheet, a title row; one row cannot be read."""
    book = openpyxl.Workbook()
    book.active.title = "封面"
    book.active.append(["城关区 2026 年上半年"])
    sheet = book.create_sheet("台账")
    sheet.append(["城关区 2026 年上半年城管案件台账"])
    sheet.append(HEADS)
    for row in cases():
        sheet.append(row)
    sheet.cell(row=9, column=3, value="昨天")
    book.save(folder / "台账.xlsx")
    return folder / "台账.xlsx"


def broken_lines_ledger(folder: Path) -> Path:
    """A title over all columns, headers with line breaks, dates as people write them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["城关区案件台账"])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEADS))
    sheet.append([f"{head[:2]}\n{head[2:]}" for head in HEADS])
    for row in cases("%Y年%m月%d日 %H时%M分"):
        sheet.append(row)
    book.save(folder / "台账.xlsx")
    return folder / "台账.xlsx"


def misleading_ledger(folder: Path) -> Path:
    """What is right is not what looks right: sheet, header row, category and time of opening."""
    book = openpyxl.Workbook()
    sample = book.active
    sample.title = "填写样例"
    sample.append(HEADS)
    for row in cases()[:40]:
        sample.append(["样例" + str(row[0]), *row[1:]])
    sheet = book.create_sheet("上半年")
    sheet.append(HEADS)  # the form's own header, above the office's
    sheet.append(["必填"] * 3 + ["选填"] * 5)
    sheet.append([*HEADS, "细类", "发现时间"])
    for row in cases():
        entered = "2026-07-01 09:00"
        sheet.append([row[0], "市容环境", entered, *row[3:], row[1], row[2]])
    book.save(folder / "台账.xlsx")
    return folder / "台账.xlsx"


def as_guessed(walker: Walker) -> None:
    """Nothing is to be mended."""


def widened(walker: Walker) -> None:
    walker.fill("[name=buffer]", "4")
    with walker.page.expect_navigation():
        walker.press(".import-how button")


def decoded(walker: Walker) -> None:
    first = walker.page.get_by_test_id("preview-row").first
    expect(first).not_to_contain_text(CALLED["big5"])
    walker.choose("encoding", "big5")


def mended(walker: Walker) -> None:
    page = walker.page
    expect(page.get_by_test_id("sheet")).to_contain_text("填写样例")
    walker.choose("sheet", "上半年")
    assert int(page.get_by_test_id("rejected").inner_text()) > 0
    walker.choose("header_row", "3")
    expect(page.get_by_test_id("kept")).to_have_text(str(CASES))
    expect(page.get_by_test_id("preview-rows")).to_contain_text("市容环境")
    walker.choose("map_category", "细类")
    walker.choose("map_reported_at", "发现时间")
    expect(page.get_by_test_id("preview-rows")).not_to_contain_text("市容环境")


PAIRS = {
    "as it should be": (boxes, "gbk", 4326, plain_ledger, as_guessed, as_guessed, CASES - 1),
    "lines in metres": (lines, "gbk", 4543, broken_lines_ledger, widened, as_guessed, CASES),
    "guessed wrong": (boxes, "big5", 4326, misleading_ledger, decoded, mended, CASES),
}


SHORT = [("guessed wrong", "zh-CN", False)]
WHOLE = [*SHORT, ("as it should be", "zh-CN", False), ("lines in metres", "en-GB", True)]
"""The hardest pair, and all of them under ``make soak``."""


@pytest.mark.parametrize(("pair", "lang", "phone"), WHOLE if "SOAK" in os.environ else SHORT)
def test_from_two_files_to_the_first_map_with_few_clicks(
    browser: Browser, address: str, tmp_path: Path, pair: str, lang: str, phone: bool
) -> None:
    shapes, encoding, crs, ledger, look_at_areas, look_at_reports, count = PAIRS[pair]
    areas, reports = shapefile(tmp_path, shapes(), encoding, crs), ledger(tmp_path)
    begun = time.monotonic()
    with pages_of(browser, address) as opened:
        page = opened("/", lang=lang, phone=phone)
        walker = Walker(page)
        open_menu = (lambda: walker.press(".menu summary")) if phone else (lambda: None)
        walker.press("a[href^='/sign-in']")
        walker.fill("[name=name]", "office")
        walker.fill("[name=password]", PASSWORD)
        walker.press("main form button")
        open_menu()
        walker.press("nav a[href='/admin']")
        walker.press("a.button[href='/admin/imports']")
        walker.fill("#district", "城关区")
        walker.press("[data-testid=begin]")

        walker.hand_in(areas)
        walker.choose("kind", "alley")
        look_at_areas(walker)
        expect(page.get_by_test_id("preview-row").first).to_contain_text(CALLED[encoding])
        expect(page.get_by_test_id("places-kept")).to_contain_text(str(ALLEYS))
        walker.keep("done")

        walker.press("[data-testid=next-file]")
        walker.hand_in(reports)
        look_at_reports(walker)
        walker.keep("done" if count == CASES else "partly")
        expect(page.get_by_test_id("accepted")).to_have_text(str(count))
        walker.press("[data-testid=refresh]")
        bar = page.locator("progress[data-job]")
        expect(bar).to_have_count(0, timeout=60_000)
        assert page.locator(".state-word").first.get_attribute("data-state") == "done"
        open_menu()
        walker.press("nav a[href='/']")
        page.wait_for_selector("[data-ready=yes]")
        expect(page.locator(".row").first).to_contain_text(CALLED[encoding])
        expect(page.locator(".home, .state").first).to_contain_text("城关区")
    took = time.monotonic() - begun
    print(f"{pair}: {len(walker.done)} clicks, {took:.0f} s")
    assert len(walker.done) <= MOST, walker.done
    assert took < SECONDS
