"""The page of the morning: five lines, the same as a message, and who begins there."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.conftest import sign_in

SUBJECTS = ["yesterday", "hot", "overdue", "verify", "unvisited"]


@pytest.mark.parametrize(("language", "says"), [("zh", "6月28日 星期日"), ("en", "Sunday 28 June")])
def test_five_lines_and_the_same_as_text(as_role, language, says):
    page = html.unescape(as_role("office").get(f"/today?lang={language}").get_data(as_text=True))
    assert re.findall(r'data-testid="today-line" data-subject="(\w+)"', page) == SUBJECTS
    assert page.count('data-testid="open"') == len(SUBJECTS)
    first, *lines = re.search(r"<textarea[^>]*>([^<]+)", page)[1].splitlines()
    assert says in first
    line = r'<li data-testid="today-line".*?<span[^>]*>(.*?)</span>\s*<a'
    shown = re.findall(line, page, re.DOTALL)
    written = [re.split("：|: ", line, maxsplit=1)[1] for line in lines]
    assert [re.sub("<[^>]+>", "", one).strip() for one in shown] == written


def test_a_name_is_no_markup(as_role, store):
    areas = store.areas.read()
    areas.loc[areas["area_id"] == "A1", "name"] = "<i>x</i>"
    store.areas.upsert(areas)
    assert "<i>x" not in as_role("office").get("/today").get_data(as_text=True)


@pytest.mark.parametrize(
    ("role", "begins"), [("supervisor", "/today"), ("office", "/today"), ("admin", "/")]
)
def test_who_begins_there(client, role, begins):
    assert sign_in(client, role).headers["Location"] == begins
    menu = client.get("/me").get_data(as_text=True)
    assert '<a href="/today"' in menu
    assert menu.index('<a href="/today"') < menu.index('<a href="/coverage"')


@pytest.mark.parametrize("role", ["viewer", "inspector", "crew-leader", "unit"])
def test_whose_it_is_not(as_role, role):
    assert as_role(role).get("/today").status_code == 403
    assert 'href="/today"' not in as_role(role).get("/me").get_data(as_text=True)


def test_before_any_figures_it_says_so(settings, tmp_path, clock):
    from geo_service.store import open_store
    from geo_service.web import create_app
    from tests.web.conftest import AS_OF, cheaply_hashed

    opened = open_store(f"sqlite:///{tmp_path / 'new.sqlite'}")
    opened.accounts.add("office", "office", cheaply_hashed("correct horse"), None, AS_OF)
    client = create_app(settings, opened, clock).test_client()
    sign_in(client, "office")
    page = client.get("/today?lang=en").get_data(as_text=True)
    assert page.count("not computed") == 4, "two lines, each twice"
    opened.close()


def test_the_line_of_cases_to_check_leads_to_the_sites_to_re_inspect(as_role):
    page = as_role("supervisor").get("/today?lang=en").get_data(as_text=True)
    assert page.count('<a href="/patrol/risks" data-testid="open-risks">') == 1
