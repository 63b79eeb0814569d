"""The map as one file: what is asked for, in the words of the last run."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime

import pytest

from geo_service import flow
from geo_service.flow import map_file as module
from geo_service.flow.map_file import map_file
from geo_service.publish import Filter
from geo_service.store import open_store
from geo_service.terms import BadUse, NotFound, NotReady
from tests.flow.city import NOW, ROWS, fill, row


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    opened = open_store(f"sqlite:///{folder / 'store.sqlite'}")
    later = [row(f"n{week}", f"2026-0{week % 3 + 4}-1{week % 9} 08:00") for week in range(9)]
    fill(opened, folder, [*ROWS, *later])
    flow.refresh(opened, now=NOW)
    yield opened
    opened.close()


@pytest.fixture
def shown(store):
    """Return what a file carries."""

    def carried(asked=None, **more):
        page, _ = map_file(store, Filter.parse(asked or {}), "zh", **more)
        (text,) = re.findall(r'<script type="application/json" id="facts">(.*?)</script>', page)
        return json.loads(text)

    return carried


def ids(found):
    return [feature["id"] for feature in found["areas"]["features"]]


def test_areas_are_those_of_the_filters_the_finest_last(shown):
    assert ids(shown()) == ["B1", "A1", "M1"]
    assert ids(shown({"kind": "alley,market"})) == ["A1", "M1"]
    assert ids(shown({"bbox": "103.769,36,103.78,37"})) == ["M1"]
    with pytest.raises(NotFound, match="No area"):
        shown({"bbox": "0,0,1,1"})


def test_numbers_are_those_of_the_store_in_the_order_of_the_areas(shown, store):
    found = shown()
    run = store.runs.latest()
    assert found["weeks"] == run.weeks[-26:]
    place = [store.runs.area_ids().index(area_id) for area_id in ids(found)]
    for layer in ("rebound", "hotspots"):
        for number, week in enumerate(found["weeks"]):
            kept = store.runs.values(layer, "*", week)[place].tolist()
            assert found["values"][layer][number] == [None if v == 65535 else v for v in kept]
    assert found["weekly"]["cases"] == store.runs.series("cases", "*")[place].tolist()


def test_figures_are_those_of_the_week_s_rows(shown, store):
    found = shown({"category": "D01"})
    last = found["rows"][-1]
    rows = store.runs.week_rows(found["weeks"][-1], category="D01").set_index("area_id")
    order = [ids(found).index(area_id) for area_id in rows.index]
    assert sorted(order) == [sum(last["area"][: n + 1]) for n in range(len(last["area"]))]
    cases = rows.loc[[ids(found)[place] for place in sorted(order)], "cases"].tolist()
    assert last["cases"] == cases
    assert found["chosen"]["zh"] == ["乱涂乱贴、野广告"]


def test_weeks_are_the_last_ones_or_those_that_were_asked_for(shown, monkeypatch):
    every = shown()["weeks"]
    assert shown(weeks=1)["weeks"] == every[-1:]
    assert shown({"week": every[0]})["weeks"] == every[:1]
    assert shown({"week": "all"}, weeks=2)["weeks"] == every[-2:]
    assert shown({"to": "2026-03-15"})["weeks"][-1] == "2026-W11"
    with pytest.raises(NotFound, match="No week"):
        shown({"to": "2020-01-01"})
    # more areas than a file can hold weeks of
    monkeypatch.setattr(module, "MOST_ROWS", 4)
    assert shown()["weeks"] == every[-1:]


def test_the_heat_is_that_of_the_place_that_was_asked_for(shown):
    def heat(found):
        return found["heat"]

    whole = heat(shown())
    assert heat(shown({"bbox": "103.769,36.05,103.772,36.06"})) != whole
    assert heat(shown({"kind": "market"})) == whole


def test_what_a_file_cannot_show_is_refused(shown, monkeypatch):
    with pytest.raises(BadUse, match="one category"):
        shown({"category": "D01,D02"})
    with pytest.raises(BadUse, match="weather"):
        shown(layer="weather")
    monkeypatch.setattr(module, "MOST_AREAS", 2)
    with pytest.raises(BadUse, match="holds 2 areas"):
        shown()


def test_without_a_run_there_is_no_map(new_file, tmp_path):
    path = shutil.copy(new_file, tmp_path)
    empty = open_store(f"sqlite:///{path}")
    with pytest.raises(NotReady):
        map_file(empty, Filter(), "zh")
    empty.close()


def test_a_week_names_the_areas_that_were_not_valid_in_it(shown, store):
    found = shown()
    assert found["absent"] == [[]] * len(found["weeks"])
    end = datetime.fromisoformat(f"{found['weeks'][-2]}-3T12:00+08:00")
    store.areas.end(["A1"], end)
    assert shown()["absent"] == [*[[]] * (len(found["weeks"]) - 1), [ids(found).index("A1")]]
    store.areas.end(["A1"], None)
