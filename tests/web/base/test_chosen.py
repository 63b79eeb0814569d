"""A category in two short steps: groups of one scheme, those last used first."""

import re

from tests.web.pages.conftest import send

POINT = {"lon": "103.702", "lat": "36.002"}


def groups(client, lang="en"):
    page = client.get(f"/reports/new?lang={lang}").get_data(as_text=True)
    return {
        name: re.findall(r'<option value="(\w+)"', inside)
        for name, inside in re.findall(
            r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, re.DOTALL
        )
    }


def test_the_districts_scheme_stands_in_groups_and_every_other_behind_it(as_role):
    known = groups(as_role("office"))
    assert known["Stalls"] == ["D04", "D14"]
    assert known["Parking"] == ["D05", "D06"]
    ours = sorted(code for name, codes in known.items() for code in codes if code[0] == "D")
    assert ours == [f"D{n:02}" for n in range(1, 15)]
    names = list(known)
    assert [name for name in names if name.startswith("Other scheme")] == names[-2:]
    assert "0103" in known["Other scheme: szcg"]


def test_groups_are_named_in_the_readers_language(as_role):
    assert groups(as_role("office"), "zh")["停车秩序"] == ["D05", "D06"]


def test_what_was_used_last_comes_first(as_role):
    office = as_role("office")
    for code in ("D06", "D01"):
        send(office, "/reports/new", category=code, **POINT)
    assert next(iter(groups(office).items())) == ("Last used", ["D01", "D06"])
    assert "Last used" not in groups(as_role("inspector"))
