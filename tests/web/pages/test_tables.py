"""Areas, categories and crews, changed a row at a time."""

import json

import pytest

from tests.web.pages.conftest import send


def crew(**values):
    return {"crew_id": "C9", "name": "九队", "weekdays": "1,2,3", "shift_start": "06:00", **values}


def test_a_crew_is_added_changed_and_a_field_emptied(as_role, store):
    office = as_role("office")
    assert send(office, "/admin/crews", **crew(leader="马师傅")).status_code == 303
    assert store.one_row.get("crews", "C9")["leader"] == "马师傅"
    send(office, "/admin/crews", **crew(leader="", name="第九队"))
    row = store.one_row.get("crews", "C9")
    assert (row["leader"], row["name"], row["shift_start"]) == (None, "第九队", "06:00")
    last = store.audit.read()[0]
    assert (last.action, last.actor, last.subject) == ("changed_crew", "office", "C9")
    assert last.before == {"name": "九队", "leader": "马师傅"}
    assert last.after == {"name": "第九队", "leader": None}


def test_what_a_file_may_not_say_a_form_may_not(as_role, store):
    office = as_role("office")
    wrong = send(office, "/admin/crews?lang=zh", **crew(shift_start="25:99"))
    assert wrong.status_code == 422
    assert "25:99" in wrong.get_data(as_text=True)
    assert store.one_row.get("crews", "C9") is None
    assert send(office, "/admin/crews", name="nobody").status_code == 422
    assert [one.action for one in store.audit.read()] == ["signed_in"]


def test_a_category_s_limit_and_clock(as_role, store):
    office = as_role("office")
    row = store.one_row.get("categories", "D01")
    form = {name: "" if value is None else str(value) for name, value in row.items()}
    form |= {"limit": "2", "clock": "days", "photo": "1"}
    assert send(office, "/admin/categories", **form).status_code == 303
    now = store.one_row.get("categories", "D01")
    assert (now["limit"], now["clock"], now["photo"]) == (2, "days", True)
    assert (now["name_zh"], now["position"]) == (row["name_zh"], row["position"])
    send(office, "/admin/categories", **(form | {"photo": "0"}))
    assert store.one_row.get("categories", "D01")["photo"] is False
    assert send(office, "/admin/categories", **(form | {"clock": "moon"})).status_code == 422


def test_an_area_is_renamed_and_keeps_its_shape(as_role, store):
    office, before = as_role("office"), store.areas.read(ids=["A1"])
    version = store.areas.version()
    send(office, "/admin/areas", area_id="A1", name="新名", kind="alley", hours="06:00-09:00")
    after = store.areas.read(ids=["A1"])
    assert (after["name"].item(), after["hours"].item()) == ("新名", "06:00-09:00")
    assert after.geometry.item().equals_exact(before.geometry.item(), 0)
    assert store.areas.version() > version
    assert send(office, "/admin/areas", area_id="A1", kind="castle").status_code == 422


def test_a_new_area_needs_a_shape(as_role, store):
    office = as_role("office")
    asked = {"area_id": "N1", "name": "新巷", "kind": "alley"}
    assert send(office, "/admin/areas", **asked).status_code == 422
    ring = [[103.7, 36.0], [103.701, 36.0], [103.701, 36.001], [103.7, 36.0]]
    shape = json.dumps({"type": "Polygon", "coordinates": [ring]})
    assert send(office, "/admin/areas", **asked, geometry=shape).status_code == 303
    assert store.areas.read(ids=["N1"])["area_m2"].item() > 1_000


@pytest.mark.parametrize(
    "shape", ["x", "[]", "{}", '{"type": "Point", "coordinates": [1, 2]}', "1"]
)
def test_what_is_no_polygon_is_refused(as_role, store, shape):
    asked = {"area_id": "N1", "name": "新巷", "kind": "alley", "geometry": shape}
    assert send(as_role("office"), "/admin/areas", **asked).status_code == 422
    assert store.areas.read(ids=["N1"]).empty


def test_the_list_is_searched_and_leads_to_the_form(as_role):
    office = as_role("office")
    page = office.get("/admin/areas?q=m1").get_data(as_text=True)
    assert page.count('data-testid="row"') == 1
    form = office.get("/admin/areas?edit=M1").get_data(as_text=True)
    assert 'name="area_id" value="M1" readonly' in form
    assert office.get("/admin/areas?edit=none").status_code == 404


def test_others_do_not(as_role):
    supervisor = as_role("supervisor")
    assert supervisor.get("/admin/crews").status_code == 403
    assert send(supervisor, "/admin/crews", **crew()).status_code == 403
