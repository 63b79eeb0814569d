"""A file comes in by a page, which tells what became of it."""

import gzip
import io
import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import openpyxl
import pytest

from geo_service import flow
from geo_service.cli.context import Context
from geo_service.cli.jobs import handlers
from tests.flow.test_fallback_points import desk_rows
from tests.web.conftest import FORMULA, NASTY
from tests.web.pages.conftest import send

ROWS = """编号,问题类别,上报时间,lon,lat,状态,report_id,category,reported_at,status
1,,,103.702,36.002,,K1,D01,2026-06-20 09:00,已经结案
2,,,103.702,36.002,,K2,Q77,2026-06-21 09:00,
3,,,103.702,36.002,,K3,D01,2031-06-21 09:00,
4,=cmd(),,103.702,36.002,,<script>alert(1)</script>,D01,gestern,
"""


pytestmark = pytest.mark.usefixtures("spawned")


def hand_in(client, content=ROWS, name="台账.csv", table="reports", **how):
    """Hand a file in, and return the address of its preview."""
    data = content if isinstance(content, bytes) else content.encode()
    answer = send(client, "/admin/imports", table=table, file=(io.BytesIO(data), name), **how)
    assert answer.status_code == 303
    return answer.headers["Location"]


def kept(client, preview, **more):
    """Keep a file as its preview shows it, or where that offers no way as it was asked for."""
    page = client.get(preview).get_data(as_text=True)
    _, _, form = page.partition('action="/admin/imports/keep"')
    pairs = re.findall(r'name="([^"]+)" value="([^"]*)"', form.partition("</form>")[0])
    asked = dict(parse_qsl(urlsplit(preview).query))
    fields = {name: unescape(value) for name, value in pairs} or asked
    return send(client, "/admin/imports/keep", **fields | more)


def take(client, store, clock, text=ROWS, name="台账.csv", table="reports", **how):
    """Hand a file in, let the worker read it, and return the page that tells of it."""
    answer = kept(client, hand_in(client, text, name, table, **how))
    assert answer.status_code == 303
    flow.jobs.work(store, handlers(Context({}, now=clock)), clock)
    return answer.headers["Location"]


def number(page, name):
    return int(page.split(f'data-testid="{name}">')[1].split("<")[0].replace(",", ""))


def state(page):
    return page.split('data-testid="import-state" data-state="')[1].split('"')[0]


def test_a_partly_taken_file_says_what_became_of_each_row(admin, store, clock):
    place = take(admin, store, clock)
    page = admin.get(place).get_data(as_text=True)
    counts = [number(page, name) for name in flow.COUNTS]
    assert counts == [4, 2, 0, 0, 2]
    assert state(page) == "partly"
    assert page.count('data-testid="reject-row"') == 2
    assert page.count('data-testid="reason"') == 2
    assert "已经结案" in page
    assert "结案" in page.split('data-testid="unknown-status"')[1].split("</tr>")[0]
    assert "Q77" in page.split('data-testid="unknown-category"')[1].split("</tr>")[0]
    assert NASTY not in page
    for path in ("/admin/imports", "/admin"):
        assert 'data-state="partly"' in admin.get(path).get_data(as_text=True)
        assert 'data-state="done"' not in admin.get(path).get_data(as_text=True)


def test_the_rejected_rows_come_back_as_they_were_and_can_be_mended(admin, store, clock):
    place = take(admin, store, clock)
    answer = admin.get(f"{place}/rejects.xlsx")
    told = answer.headers["Content-Disposition"]
    assert (told.isascii(), quote("台账-rejects.xlsx") in told) == (True, True)
    sheet = answer.get_data()
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True))
    assert list(rows[0]) == [*ROWS.splitlines()[0].split(","), "原因"]
    assert [row[0] for row in rows[1:]] == ["3", "4"]
    assert rows[2][1] == f"'{FORMULA}"
    assert "2031" in rows[1][-1]
    mended = admin.get(f"{place}/rejects.csv?lang=en").get_data(as_text=True)
    mended = mended.replace("2031-", "2026-").replace("gestern", "2026-06-22 10:00")
    again = take(admin, store, clock, mended, "台账-rejects.csv")
    page = admin.get(again).get_data(as_text=True)
    assert (state(page), number(page, "accepted"), number(page, "rejected")) == ("done", 2, 0)
    assert "reject-row" not in admin.get(place).get_data(as_text=True)
    assert admin.get(f"{place}/rejects.pdf").status_code == 404


@pytest.mark.parametrize(
    ("text", "how"), [("a,b\n1,2\n", {}), ("a,b\n1,2\n", {"preset": "szcg"}), ("", {})]
)
def test_what_failed_is_red_and_says_why_in_the_reader_s_language(admin, store, clock, text, how):
    place = take(admin, store, clock, text, **how)
    pages = [admin.get(f"{place}?lang={lang}").get_data(as_text=True) for lang in ("zh", "en")]
    assert [state(page) for page in pages] == ["failed", "failed"]
    said = [page.split('data-testid="import-error">')[1].split("<")[0] for page in pages]
    assert said[0] != said[1]
    assert 'data-testid="undo"' not in pages[0]


def test_a_file_of_nothing_but_rejects_failed(admin, store, clock):
    text = "report_id,category,reported_at\n1,D01,gestern\n"
    page = admin.get(take(admin, store, clock, text)).get_data(as_text=True)
    assert (state(page), number(page, "rejected")) == ("failed", 1)
    assert 'data-state="failed"' in admin.get("/admin").get_data(as_text=True)


def test_it_is_taken_back_and_what_stands_in_the_way_is_said(admin, store, clock):
    before = set(store.reports.read(["report_id"])["report_id"])
    first = take(admin, store, clock)
    clock.pass_by(minutes=1)
    later = ROWS.replace("已经结案", "结案")
    second = take(admin, store, clock, later, "later.csv")
    refused = send(admin, f"{first}/undo")
    assert refused.status_code == 409
    assert second.rpartition("/")[2] in refused.get_data(as_text=True)
    for place in (second, first):
        assert send(admin, f"{place}/undo").headers["Location"] == place
        assert state(admin.get(place).get_data(as_text=True)) == "undone"
    assert set(store.reports.read(["report_id"])["report_id"]) == before
    assert store.jobs.latest()[0].kind == "refresh"


def test_while_it_waits_the_page_follows_its_job(admin, store):
    place = kept(admin, hand_in(admin)).headers["Location"]
    page = admin.get(place).get_data(as_text=True)
    job = store.jobs.latest()[0]
    assert state(page) == "queued"
    assert f'data-job="{job.job_id}"' in page
    store.jobs.claim("worker", job.submitted_at)
    store.jobs.finish(job.job_id, "failed", {"error": "killed"}, job.submitted_at + timedelta(1))
    page = admin.get(place).get_data(as_text=True)
    assert state(page) == "failed"
    assert "import-error" in page


def test_only_who_may_import_sees_imports(as_role, admin, store, clock):
    place = take(admin, store, clock)
    for path in ("/admin/imports", place, f"{place}/rejects.xlsx"):
        assert as_role("supervisor").get(path).status_code == 403
        assert as_role("office").get(path).status_code == 200
    assert admin.get("/admin/imports/99").status_code == 404


def test_an_upload_is_kept_under_a_name_of_ours_and_becomes_a_job(admin, store, tmp_path):
    content = gzip.compress(b"report_id,reported_at\n1,2026-06-01\n")
    preview = hand_in(admin, content, "../../etc/上报.CSV.GZ")
    assert store.jobs.latest() == []
    assert store.imports.list() == []
    assert kept(admin, preview).status_code == 303
    args = store.jobs.latest()[0].args
    path = Path(args["path"])
    assert (path.parent, args["name"]) == (tmp_path / "uploads", "上报.CSV.GZ")
    assert path.name.endswith(".csv.gz")
    assert path.read_bytes() == content
    assert args["table"] == "reports"


@pytest.mark.parametrize(
    "form",
    [
        {"table": "accounts", "file": (io.BytesIO(b"x"), "a.csv")},
        {"table": "reports", "file": (io.BytesIO(b"x"), "a.exe")},
        {"table": "reports"},
    ],
)
def test_what_cannot_be_read_in_is_refused(admin, store, form):
    assert send(admin, "/admin/imports", **form).status_code == 400
    assert store.jobs.latest() == []


def test_the_form_says_how_a_file_is_to_be_read(admin, store, tmp_path):
    how = {"preset": "szcg", "kind": "alley", "crs": " EPSG:4547 "}
    for table in ("reports", "areas", "crews"):
        send(admin, "/admin/imports/keep", table=table, file=on_disk(tmp_path), name="a", **how)
    crews, areas, reports = (job.args for job in store.jobs.latest())
    assert {name: reports.get(name) for name in how} == how | {"kind": None, "crs": "EPSG:4547"}
    assert {name: areas.get(name) for name in how} == how | {"preset": None, "crs": "EPSG:4547"}
    assert not crews.keys() & how.keys()


def on_disk(folder, text="x", name="0123456789abcdef01234567.csv"):
    (folder / "uploads").mkdir(exist_ok=True)
    (folder / "uploads" / name).write_text(text)
    return name


@pytest.mark.parametrize("name", ["../../geo.sqlite", "0123456789abcdef01234567.csv", "", "a.csv"])
def test_what_was_not_handed_in_is_not_read(admin, store, name):
    assert admin.get(f"/admin/imports/preview?table=reports&file={name}").status_code == 404
    assert send(admin, "/admin/imports/keep", table="reports", file=name).status_code == 404
    assert store.jobs.latest() == []


@pytest.mark.parametrize(("table", "name"), [("reports", "preset"), ("areas", "kind")])
def test_a_preset_or_kind_that_does_not_exist_is_named(admin, store, tmp_path, table, name):
    form = {"table": table, "file": (io.BytesIO(b"x"), "a.csv"), name: "../x"}
    assert send(admin, "/admin/imports", **form).status_code == 400
    assert store.jobs.latest() == []
    assert not (tmp_path / "uploads").exists()


def test_a_file_whose_job_never_began_is_taken_away(admin, store):
    kept(admin, hand_in(admin))
    job = store.jobs.latest()[0]
    send(admin, f"/admin/jobs/{job.job_id}/cancel")
    assert not Path(job.args["path"]).exists()
    kept(admin, hand_in(admin))
    job = store.jobs.claim("worker", job.submitted_at)
    send(admin, f"/admin/jobs/{job.job_id}/cancel")
    assert Path(job.args["path"]).exists(), "who reads it takes it away"


TITLED = """七里河区六月台账,,,,
任务号,小类名称,上报时间,X坐标,Y坐标
T1,暴露垃圾,2026-06-01 09:00,103.702,36.002
T2,暴露垃圾,昨天,103.702,36.002
T3,暴露垃圾,2026-06-03 09:00,103.702,36.002
"""


def choices(page, name):
    """Return the options of a select, and which is chosen."""
    block = page.split(f'<select name="{name}"')[1].partition("</select>")[0]
    options = re.findall(r'<option value="([^"]*)"([^>]*)>([^<]*)', block)
    return {value: unescape(text) for value, _, text in options}, [
        value for value, rest, _ in options if "selected" in rest
    ]


def test_before_anything_is_kept_a_page_shows_what_was_recognised(admin, store):
    before = store.fingerprint()
    place = hand_in(admin, TITLED.encode("gb18030"))
    page = admin.get(place).get_data(as_text=True)
    assert "szcg" in choices(page, "preset")[0][""]
    assert "gb18030" in choices(page, "encoding")[0][""]
    assert "2" in choices(page, "header_row")[0][""]
    assert "上报时间" in choices(page, "map_reported_at")[0][""]
    assert (number(page, "read"), number(page, "kept"), number(page, "rejected")) == (3, 2, 1)
    assert page.count('data-testid="preview-row"') == 2
    assert page.count('data-testid="reject-row"') == 1
    assert store.fingerprint() == before


def test_what_was_recognised_wrongly_is_mended_by_the_selects_and_kept_so(admin, store, clock):
    text = TITLED.replace("上报时间", "时间一").replace("小类名称", "类")
    place = hand_in(admin, text.encode("gb18030"), preset="szcg")
    page = admin.get(place).get_data(as_text=True)
    assert "import-error" in page
    assert "keep" not in page.partition("<dl")[2]
    assert "时间一" in choices(page, "map_reported_at")[0]
    mended = f"{place}&{urlencode({'map_reported_at': '时间一', 'map_category': '类'})}"
    page = admin.get(mended).get_data(as_text=True)
    assert choices(page, "map_reported_at")[1] == ["时间一"]
    assert number(page, "kept") == 2
    wrong = admin.get(f"{mended}&encoding=utf-16").get_data(as_text=True)
    assert "import-error" in wrong
    assert choices(wrong, "encoding")[1] == ["utf-16"]
    kept(admin, mended)
    flow.jobs.work(store, handlers(Context({}, now=clock)), clock)
    rows = store.reports.read(["report_id", "reported_at"], ids=["T1", "T3"])
    assert rows["reported_at"].dt.hour.tolist() == [1, 1]
    told = store.imports.list()[0].told["options"]
    assert told["map"] == {"reported_at": "时间一", "category": "类"}
    assert (told["encoding"], told["header_row"]) == ("gb18030", "2")


def test_what_was_chosen_is_saved_as_a_preset_and_offered_from_then_on(admin, store, as_role):
    text = TITLED.replace("上报时间", "时间一")
    place = hand_in(admin, text.encode("gb18030"))
    page = admin.get(f"{place}&map_reported_at=时间一&header_row=2").get_data(as_text=True)
    form = page.partition('action="/admin/imports/preset"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    answer = send(admin, "/admin/imports/preset", **fields, **{"as": "我们的台账"})
    page = admin.get(answer.headers["Location"]).get_data(as_text=True)
    assert choices(page, "preset")[1] == ["我们的台账"]
    assert "时间一" in choices(page, "map_reported_at")[0][""]
    assert number(page, "kept") == 2
    one = store.district.get().presets["我们的台账"]
    assert (one["by"], one["told"]["file"]) == ("admin", {"header_row": 2})
    assert "我们的台账" in choices(admin.get(place).get_data(as_text=True), "preset")[0]
    assert send(admin, "/admin/imports/preset", **fields, **{"as": "szcg"}).status_code == 400
    office = as_role("office")
    assert send(office, "/admin/imports/preset", **fields, **{"as": "b"}).status_code == 403
    assert "keep-preset" not in office.get(place).get_data(as_text=True)


def test_words_nobody_knew_are_mended_from_the_page(admin, store, clock, as_role):
    place = take(admin, store, clock)
    for field, word, means in (("status", "已经结案", "cancelled"), ("category", "Q77", "0102")):
        told = {"field": field, "word": [word, "x"], "means": [means, ""]}
        assert send(as_role("supervisor"), f"{place}/words", **told).status_code == 403
        assert send(admin, f"{place}/words", **told).headers["Location"] == place
    rows = store.reports.read(["category", "is_cancelled"], ids=["K1", "K2"])
    assert rows.to_numpy().tolist() == [["D01", True], ["0102", False]]
    page = admin.get(place).get_data(as_text=True)
    assert '<option value="cancelled" selected>' in page
    assert '<option value="0102" selected' in page
    assert store.jobs.waiting() > 0
    wrong = {"field": "status", "word": "a", "means": "moon"}
    assert send(admin, f"{place}/words", **wrong).status_code == 400


def test_the_demo_is_removed_for_a_district_of_one_s_own(admin, store, as_role):
    assert "import-begin" not in admin.get("/admin/imports").get_data(as_text=True)
    assert send(admin, "/admin/imports/begin", district="城关区").status_code == 409
    store.district.set(demo=True)
    assert send(admin, "/admin/imports/begin", district=" ").status_code == 400
    assert send(as_role("supervisor"), "/admin/imports/begin", district="a").status_code == 403
    assert "import-begin" in admin.get("/admin/imports").get_data(as_text=True)
    answer = send(admin, "/admin/imports/begin", district="城关区")
    page = admin.get(answer.headers["Location"]).get_data(as_text=True)
    assert "城关区 已新建" in page
    assert '<option value="areas" selected>' in page
    assert store.reports.count() == 0


def test_a_field_can_be_left_out(admin):
    place = hand_in(admin)
    page = admin.get(f"{place}&map_lon=-&map_lat=-").get_data(as_text=True)
    assert choices(page, "map_lon")[1] == ["-"]
    table = page.partition('data-testid="preview-rows"')[2]
    assert "103.702" not in table


def test_another_sheet_is_chosen_by_its_name(admin):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["六月"])
    for title, id_ in (("六月", "S1"), ("七月", "S2")):
        sheet = book.create_sheet(title)
        sheet.append(["report_id", "reported_at", "category"])
        sheet.append([id_, "2026-06-01 09:00", "D01"])
    out = io.BytesIO()
    book.save(out)
    place = hand_in(admin, out.getvalue(), "a.xlsx")
    page = admin.get(place).get_data(as_text=True)
    assert list(choices(page, "sheet")[0]) == ["", "说明", "六月", "七月"]
    assert ("S1" in page, "S2" in page) == (True, False)
    page = admin.get(f"{place}&sheet=七月").get_data(as_text=True)
    assert ("S1" in page, "S2" in page) == (False, True)


@pytest.mark.parametrize(
    ("table", "text", "seen"),
    [
        ("crews", "crew_id,name\nC9,九班\n,十班\n", "九班"),
        ("visits", "area_id,started_at\nA1,2026-06-20 09:00\nmoon,2026-06-20 09:00\n", "A1"),
        ("categories", "code,name_zh\nX1,新类\n,旧类\n", "新类"),
    ],
)
def test_other_tables_are_shown_first_too(admin, store, clock, table, text, seen):
    place = hand_in(admin, text, "a.csv", table)
    page = admin.get(place).get_data(as_text=True)
    assert (number(page, "kept"), number(page, "rejected")) == (1, 1)
    assert seen in page.partition("preview-rows")[2]
    page = admin.get(take(admin, store, clock, text, "a.csv", table)).get_data(as_text=True)
    assert (state(page), number(page, "accepted")) == ("partly", 1)


def test_areas_are_shown_first_and_their_kind_chosen(admin, store, clock):
    square = {
        "type": "Polygon",
        "coordinates": [[[103, 36], [103.001, 36], [103, 36.001], [103, 36]]],
    }
    one = {"type": "Feature", "geometry": square, "properties": {"area_id": "N1", "name": "新巷"}}
    text = json.dumps({"type": "FeatureCollection", "features": [one]})
    place = hand_in(admin, text, "a.geojson", "areas")
    assert "import-error" in admin.get(place).get_data(as_text=True)
    page = admin.get(f"{place}&kind=alley").get_data(as_text=True)
    assert number(page, "kept") == 1
    assert "新巷" in page
    kept(admin, f"{place}&kind=alley")
    flow.jobs.work(store, handlers(Context({}, now=clock)), clock)
    assert store.areas.read(ids=["N1"])["kind"].tolist() == ["alley"]


def on_map(page):
    shown = page.split('data-shown="')[1].split('"')[0]
    return json.loads(unescape(shown))["features"]


def test_the_first_rows_lie_on_a_map_the_rejected_ones_too(admin):
    page = admin.get(hand_in(admin, TITLED)).get_data(as_text=True)
    found = {one["properties"]["told"]: one for one in on_map(page)}
    assert {told: one["properties"]["state"] for told, one in found.items()} == {
        "T1": "kept",
        "T3": "kept",
        "4": "rejected",
    }
    assert "日期" in found["4"]["properties"]["reason"]
    assert found["4"]["geometry"]["coordinates"] == [103.702, 36.002]
    nowhere = admin.get(hand_in(admin, "report_id,reported_at\n1,2026-06-01\n"))
    assert 'id="map"' not in nowhere.get_data(as_text=True)


def test_lines_ask_for_their_width_and_get_it(admin, store, clock):
    line = {"type": "LineString", "coordinates": [[103, 36], [103.001, 36]]}
    one = {"type": "Feature", "geometry": line, "properties": {"area_id": "L1"}}
    text = json.dumps({"type": "FeatureCollection", "features": [one]})
    place = hand_in(admin, text, "一路.geojson", "areas", kind="street")
    assert "一路.geojson 含有线" in admin.get(place).get_data(as_text=True)
    assert "import-error" in admin.get(f"{place}&buffer=wide").get_data(as_text=True)
    page = admin.get(f"{place}&buffer=4").get_data(as_text=True)
    ((outline,),) = (one["geometry"]["coordinates"] for one in on_map(page))
    assert len(outline) > 4
    kept(admin, f"{place}&buffer=4")
    flow.jobs.work(store, handlers(Context({}, now=clock)), clock)
    assert store.areas.read(ids=["L1"])["length_m"].round().tolist() == [90]


def test_of_a_long_file_the_beginning_is_shown_and_all_is_kept(admin, store, clock, monkeypatch):
    monkeypatch.setattr("geo_service.web.base.uploads._LOOKED", 1_200)
    lines = [f"{n},2026-06-01 09:00,D01" for n in range(1000, 1100)]
    text = "\n".join(["report_id,reported_at,category", *lines]) + "\n"
    page = admin.get(hand_in(admin, text)).get_data(as_text=True)
    assert 0 < number(page, "read") < 100
    done = admin.get(take(admin, store, clock, text)).get_data(as_text=True)
    assert number(done, "accepted") == 100


def test_a_desk_is_listed_and_a_person_decides_what_it_is(admin, store, clock, as_role):
    text = desk_rows().to_csv(index=False)
    preview = admin.get(f"{hand_in(admin, text, 'desk.csv')}&lang=en").get_data(as_text=True)
    assert "400 rows lie on a fall-back point" in preview
    place = take(admin, store, clock, text, "desk.csv")

    def shown():
        page = admin.get(f"{place}?lang=en").get_data(as_text=True)
        (row,) = re.findall(r'data-testid="point" data-state="(\w+)">(.*?)</tr>', page, re.DOTALL)
        return row[0], re.findall(r'name="state" value="(\w+)"', row[1])

    assert "400 rows lie on a fall-back point" in admin.get(f"{place}?lang=en").get_data(
        as_text=True
    )
    assert shown() == ("fallback", ["real"])
    told = {"lon": "103.8", "lat": "36.06", "state": "real"}
    assert send(admin, f"{place}/point", **told).status_code == 303
    assert shown() == ("real", ["forget"])
    assert store.district.get().decided[0][:4] == (103.8, 36.06, "real", "admin")
    assert store.jobs.waiting() == 1
    send(admin, f"{place}/point", **{**told, "state": "forget"})
    assert shown() == ("fallback", ["real"])
    assert send(admin, f"{place}/point", **{**told, "state": "moon"}).status_code == 400
    assert send(admin, f"{place}/point", **{**told, "lon": "x"}).status_code == 422
    assert send(admin, f"{place}/point", **{**told, "lon": "1"}).status_code == 404
    assert send(as_role("inspector"), f"{place}/point", **told).status_code == 403


WEIRD = [
    *("rot13", "idna", "utf-7", "unicode_escape", "hex", "-", "0", "9999999", "文", "%s%Q", "\x00"),
    *("EPSG:1", "EPSG:99999999", "+proj=nope", "a" * 150, "=cmd()", "../x", "%Y", "-1", "point"),
]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        *(("reports", "a.csv"), ("reports", "a.xlsx"), ("reports", "a.json"), ("areas", "a.zip")),
        *(("areas", "a.geojson"), ("areas", "a.csv"), ("visits", "a.csv"), ("crews", "a.json")),
    ],
)
def test_however_a_file_is_said_to_be_read_the_page_answers(admin, store, table, name):
    place = hand_in(admin, TITLED.encode("gb18030"), name, table)
    assert admin.get(place).status_code == 200
    for field in ("encoding", "sheet", "header_row", "crs", "time_format", "map_lon", "preset"):
        for value in WEIRD:
            query = urlencode({field: value})
            assert admin.get(f"{place}&{query}").status_code in (200, 400), query
    assert store.imports.list() == []
