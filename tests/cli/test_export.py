"""The command `export`: the map as one file, and what it refuses."""

import json
import re
import shutil

import pytest


@pytest.fixture
def city(filled, tmp_path):
    shutil.copy(filled, tmp_path / "store.sqlite")
    return tmp_path


def carried(path):
    page = path.read_text("utf-8")
    (text,) = re.findall(r'<script type="application/json" id="facts">(.*?)</script>', page)
    return json.loads(text)


def test_the_map_is_one_file_in_chinese_unless_it_is_asked_otherwise(run, city):
    path = city / "map.html"
    got = run("export", "map", "--output", path)
    assert (got.code, got.out) == (0, "")
    assert "opens without a network" in got.err
    assert carried(path)["lang"] == "zh"
    assert run("export", "map", "--output", path, "--lang", "en", "--weeks", 1).code == 0
    assert (carried(path)["lang"], len(carried(path)["weeks"])) == ("en", 1)
    assert run("export", "map", "--output", path, "--kind", "market").code == 0
    assert [one["id"] for one in carried(path)["areas"]["features"]] == ["M1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        # a map is a page
        (["map", "--output", "map.csv"], ".html"),
        # nobody asks a table how many weeks its slider has
        (["cases", "--output", "cases.csv", "--weeks", "4"], "export map"),
        (["cases", "--output", "cases.csv", "--lang", "en"], "export map"),
        (["map", "--output", "no/such/map.html"], "no/such"),
        (["map", "--output", "map.html", "--weeks", "0"], "--weeks"),
    ],
)
def test_what_it_cannot_do_it_says(run, city, words, said):
    got = run("export", *words)
    assert got.code == 2
    assert said in got.err
    assert list(city.glob("*.html")) + list(city.glob("*.csv")) == []
