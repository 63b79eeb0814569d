"""The rectification list as a document: the page's cases, the office's template."""

import io
from dataclasses import replace

import pytest
from docx import Document

from geo_service.web.base import desk
from geo_service.web.pages import rectification
from tests.web.conftest import NASTY


def document(answer):
    assert answer.status_code == 200, answer.text
    return Document(io.BytesIO(answer.get_data()))


def rows(answer):
    (table,) = document(answer).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_it_has_title_date_filters_and_the_cases_in_the_order_of_the_page(viewer):
    answer = viewer.get("/exports/cases.docx?state=unsolved&kind=alley", headers={"Accept": "*/*"})
    title, date, filters = [one.text for one in document(answer).paragraphs[:3]]
    assert title == "整改清单"
    assert "2026-06-28" in date
    assert "共 2 件" in date
    assert filters.startswith("状态：未解决；责任区类型：")
    heading, first, second = rows(answer)
    assert heading == [
        *("序号", "案卷号", "责任区", "问题类别", "立案时间", "整改时限", "责任单位", "班组"),
        "状态",
    ]
    # what is to be solved within the shift comes first, as on the page
    assert [first[:3], second[:3]] == [["1", "2", "西湖后街"], ["2", "3", NASTY]]
    assert first[4] == "2026-06-26 09:00"
    assert first[6] == "环卫站"
    assert first[8] == "待派遣"
    assert rows(viewer.get("/exports/cases.docx?state=verified"))[1][1] == "1"
    assert len(rows(viewer.get("/exports/cases.docx"))) == 4
    assert document(viewer.get("/exports/cases.docx?lang=en")).paragraphs[0].text != title
    assert "/exports/cases.docx?state=unsolved" in viewer.get("/casework").get_data(as_text=True)


def test_the_crew_and_what_is_overdue_are_told(as_role, dispatched, store, clock):
    dispatched("3", crew_id="C1")
    with store.transaction():
        store.live.set_due("3", {"due_at": int((clock.at.timestamp() - 3600) * 1e6)})
    (_, row) = rows(as_role("office").get("/exports/cases.docx?state=dispatched"))
    assert row[5] == "2026-06-28 11:01"
    assert row[7] == "一班"
    assert row[8] == "待处置 · 已超期"


def test_who_sees_a_part_gets_that_part(as_role, dispatched, client):
    dispatched("3", unit_id="U1")
    assert [row[1] for row in rows(as_role("unit").get("/exports/cases.docx"))[1:]] == ["3"]
    assert len(rows(as_role("crew-leader").get("/exports/cases.docx"))) == 1
    assert client.get("/exports/cases.docx").status_code in (302, 303, 401)


def test_more_than_anybody_reads_is_refused(viewer, monkeypatch):
    monkeypatch.setattr(rectification, "MOST_ROWS", 1)
    answer = viewer.get("/exports/cases.docx")
    assert answer.status_code == 400
    assert "3" in answer.text


@pytest.fixture
def own_template(app, tmp_path, monkeypatch):
    with app.app_context():
        ours = desk.desk()
    path = tmp_path / "own.docx"
    settings = replace(ours.settings, list_template=path)
    monkeypatch.setitem(app.extensions, "geo_service", replace(ours, settings=settings))
    return path


def test_the_office_s_own_template_counts_and_a_broken_one_is_named(viewer, own_template):
    own = Document()
    own.add_paragraph("函：{{ cases | length }} 件，{{ cases[0].area }}")
    own.save(str(own_template))
    answer = viewer.get("/exports/cases.docx?state=unsolved")
    assert document(answer).paragraphs[0].text == "函：2 件，西湖后街"
    own.paragraphs[0].text = "{{ cases[0].colour }}"
    own.save(str(own_template))
    answer = viewer.get("/exports/cases.docx", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "own.docx" in answer.text
    assert "colour" in answer.text
