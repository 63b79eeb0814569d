"""Accept-Language first, then what the reader chose, kept."""

import pytest


def lang_of(answer):
    page = answer.get_data(as_text=True)
    return "zh" if '<html lang="zh-CN">' in page else "en" if '<html lang="en">' in page else None


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("en;q=0.5,zh;q=0.9", "zh"),
        ("zh-TW", "zh"),
        ("fr,de", "zh"),  # neither: the house's own
        ("", "zh"),
    ],
)
def test_the_browser_is_asked_first(client, asked, got):
    assert lang_of(client.get("/sign-in", headers={"Accept-Language": asked})) == got


def test_a_choice_is_kept_against_the_browser(client):
    english = {"Accept-Language": "en"}
    assert lang_of(client.get("/sign-in?lang=zh", headers=english)) == "zh"
    assert lang_of(client.get("/sign-in", headers=english)) == "zh"
    assert lang_of(client.get("/sign-in?lang=en")) == "en"
    assert lang_of(client.get("/sign-in", headers={"Accept-Language": "zh"})) == "en"


def test_another_language_is_no_choice(client):
    answer = client.get("/sign-in?lang=xx", headers={"Accept-Language": "en"})
    assert lang_of(answer) == "en"
    assert "lang=" not in answer.headers.get("Set-Cookie", "")


def test_problems_speak_the_readers_language(as_role):
    client = as_role("viewer")
    answer = client.get("/api/values/nope/2026-W26", headers={"Accept-Language": "en"})
    assert answer.json["detail"].startswith("There is no layer nope")
    answer = client.get("/api/values/nope/2026-W26", headers={"Accept-Language": "zh"})
    assert answer.json["detail"].startswith("没有图层 nope")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    ["/", "/areas/A1", "/board", "/crew?crew=C1", "/casework", "/casework/1", "/admin", "/nope"],
)
def test_every_page_exists_in_both_languages(as_role, path, lang):
    answer = as_role("admin").get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert lang_of(answer) == lang
