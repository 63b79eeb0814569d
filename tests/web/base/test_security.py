"""Headers of every answer, and people's text stays text."""

import re
from dataclasses import replace

import pytest

from geo_service.web import create_app
from geo_service.web.base.limits import address
from geo_service.web.base.security import content_policy, tile_source
from tests.web.conftest import NASTY

PAGES = [
    "/",
    "/areas/A2",
    "/board",
    "/crew?crew=C1",
    "/casework",
    "/casework/1",
    "/admin",
    "/sign-in",
    "/nope",
]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_a_strict_policy_and_keeps_it(as_role, path):
    answer = as_role("admin").get(path, headers={"Accept": "text/html"})
    assert answer.mimetype == "text/html"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "//" not in policy
    assert "default-src 'none'" in policy
    page = answer.get_data(as_text=True)
    for script in re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.DOTALL):
        assert script.strip() == ""
    assert not re.search(r"<style\b|\sstyle=|\son\w+=|javascript:", page)
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)


@pytest.mark.parametrize(
    "path", [*PAGES, "/api/periods", "/exports/cases.csv", "/healthz", "/static/css/base.css"]
)
def test_no_answer_is_guessed_or_framed(as_role, path):
    headers = as_role("admin").get(path, buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/areas/A2",
        "/board?date=2026-06-28",
        "/crew?crew=C1&date=2026-06-28",
        "/casework",
        "/casework/1",
    ],
)
def test_text_from_people_is_never_markup(as_role, store, clock, path):
    store.assignments.add("C1", "A2", "2026-06-28", NASTY, "supervisor", clock())
    page = as_role("admin").get(path).get_data(as_text=True)
    assert NASTY not in page
    if path != "/":
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_configured_tile_host_is_allowed_for_images_alone():
    policy = content_policy("https://{s}.tiles.example/{z}/{x}/{y}.png")
    assert "img-src 'self' data: blob: https://*.tiles.example;" in policy
    assert policy.count("tiles.example") == 1


def test_tiles_of_our_own_need_no_foreign_host():
    assert tile_source("/tiles/{z}/{x}/{y}.png") == ""
    assert tile_source(None) == ""
    assert tile_source("https://user:secret@tiles.example/{z}") == "https://tiles.example"


def test_https_alone_by_one_setting(settings, store, clock):
    made = create_app(replace(settings, https=True), store, clock)
    client = made.test_client()
    answer = client.get("/sign-in?lang=en", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("Secure" in cookie for cookie in cookies)


def test_without_it_nothing_is_said_of_https(client):
    answer = client.get("/sign-in?lang=en")
    assert "Strict-Transport-Security" not in answer.headers
    assert not any("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    ("https", "remote", "seen"),
    [(True, "127.0.0.1", "10.1.1.1"), (True, "10.0.0.9", "10.0.0.9"), (False, "::1", "::1")],
)
def test_from_where_is_believed_of_our_own_proxy_alone(settings, store, https, remote, seen):
    made = create_app(replace(settings, https=https), store)
    forwarded = {"X-Forwarded-For": "6.6.6.6, 10.1.1.1"}
    with made.test_request_context(environ_base={"REMOTE_ADDR": remote}, headers=forwarded):
        assert address() == seen
