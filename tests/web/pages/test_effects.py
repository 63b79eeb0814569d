"""The page that tells whether a clean-up worked."""

from datetime import date

import pytest

from geo_service.web.pages.effects import _picture
from tests.web.conftest import token

FORM = {"name": "<b>五月</b>", "begins": "2026-05-04", "ends": "2026-05-10", "areas": "A1，A2"}


def test_a_campaign_is_kept_shown_and_taken_out(as_role, store):
    desk = as_role("supervisor")
    assert 'data-testid="campaign-form"' in desk.get("/effects").text
    said = {**FORM, "csrf_token": token(desk, "/effects")}
    assert desk.post("/effects", data=said).status_code == 303
    (kept,) = store.campaigns.list()
    assert (kept.begins, kept.area_ids) == (date(2026, 5, 4), ("A1", "A2"))
    page = desk.get("/effects?lang=en").text
    assert "&lt;b&gt;五月" in page
    assert "told after the next refresh" in page
    viewer = as_role("viewer").get("/effects").text
    assert "campaign-form" not in viewer
    assert 'data-testid="campaign"' in viewer
    said = {"csrf_token": token(desk, "/effects")}
    assert desk.post(f"/effects/{kept.campaign_id}/remove", data=said).status_code == 303
    assert store.campaigns.list() == []
    assert [one.action for one in store.audit.read()].count("changed_area") == 2


@pytest.mark.parametrize(
    "wrong", [{"begins": "May"}, {"areas": "nowhere"}, {"areas": ""}, {"ends": "2026-05-01"}]
)
def test_what_is_wrong_with_it_is_said(as_role, store, wrong):
    desk = as_role("office")
    said = {**FORM, **wrong, "csrf_token": token(desk, "/effects")}
    assert desk.post("/effects", data=said).status_code == 400
    assert store.campaigns.list() == []


def test_the_picture_has_a_bar_a_week_and_a_line_from_the_first_day_on():
    shown = {
        "weeks": ["w1", "w2", "w3", "w4"],
        "observed": [4, 8, 2, 0],
        "expected": [5.0, 8.0],
        "worked": 1,
    }
    got = _picture(shown)
    assert [bar["worked"] for bar in got["bars"]] == [False, False, True, False]
    assert [bar["height"] for bar in got["bars"]] == [80.0, 160.0, 40.0, 0.0]
    assert got["line"] == "400.0,60.0 560.0,0.0"
