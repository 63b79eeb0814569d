"""Quick entry: names by initials, the next empty form, rows pasted from a spreadsheet."""

import re

import pytest

from tests.web.pages.conftest import send


def call(**fields):
    return {"category": "D01", "area": "巷一 A1", **fields}


@pytest.fixture
def office(as_role):
    return as_role("office")


def kept(store, answer):
    (report_id,) = re.findall(r"sent=([^&]+)", answer.headers["Location"])
    return store.reports.read(ids=[report_id]).iloc[0]


def test_a_call_is_kept_inside_its_area_and_the_next_form_is_empty(office, store):
    (name,) = store.areas.read(ids=["A1"])["name"]
    answer = send(office, "/reports/quick", **call(area=f"{name} A1", description="又堆了"))
    row = kept(store, answer)
    assert (row["category"], row["area_id"], row["source"]) == ("D01", "A1", "hotline")
    assert row["description"] == "又堆了"
    page = office.get(answer.headers["Location"]).get_data(as_text=True)
    assert 'data-testid="report-answer"' in page
    assert 'id="area" name="area" list="areas" value=""' in page


@pytest.mark.parametrize(
    ("typed", "code"),
    [("D01 乱涂乱贴、野广告", "D01"), ("ltlt", "D01"), ("d02", "D02"), ("乱堆乱放", "D02")],
)
def test_a_category_by_code_name_or_initials(office, store, typed, code):
    answer = send(office, "/reports/quick", **call(category=typed, lon="103.702", lat="36.002"))
    assert kept(store, answer)["category"] == code


def test_what_names_several_is_asked_back_and_stays_in_the_form(office, store):
    before = store.reports.count()
    for wrong, said in (({"category": "l"}, "D01, D02"), ({"area": "nowhere"}, "nowhere")):
        answer = send(office, "/reports/quick", **call(**wrong, address="3号对面"))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert said in page
        assert 'value="3号对面"' in page
    assert store.reports.count() == before


def test_the_last_used_category_comes_first(office):
    def first():
        page = office.get("/reports/quick").get_data(as_text=True)
        return re.search(r'<datalist id="categories"><option value="(\w+) ', page).group(1)

    assert first() == "D01"
    send(office, "/reports/quick", **call(category="D13", lon="103.702", lat="36.002"))
    assert first() == "D13"


def test_rows_that_are_pasted_are_shown_before_they_are_kept(office, store):
    before = store.reports.count()
    rows = "report_id\treported_at\tcategory\tlon\tlat\r\nP1\t2026-06-01\tD01\t103.702\t36.002"
    answer = send(office, "/reports/paste", rows=rows)
    assert answer.status_code == 303
    page = office.get(answer.headers["Location"]).get_data(as_text=True)
    assert "P1" in page
    assert store.reports.count() == before
    assert send(office, "/reports/paste", rows=" ").status_code == 422


def test_who_may(as_role):
    assert as_role("viewer").get("/reports/quick").status_code == 403
    inspector = as_role("inspector")
    assert 'name="rows"' not in inspector.get("/reports/quick").get_data(as_text=True)
    assert send(inspector, "/reports/paste", rows="a").status_code == 403


def test_who_calls_is_kept_apart_from_the_call(office, store):
    who = {"reporter_name": "王女士", "reporter_phone": "139 0000 1234"}
    at = {"lon": "103.702", "lat": "36.002"}
    row = kept(store, send(office, "/reports/quick", **call(**at, **who)))
    assert store.reporters.of([row["report_id"]]) == {row["report_id"]: who}
    row = kept(store, send(office, "/reports/new", **call(**at), reporter_name=" "))
    assert store.reporters.of([row["report_id"]]) == {}
    wrong = send(office, "/reports/quick", **call(**at, reporter_phone="1" * 51))
    assert wrong.status_code == 422
