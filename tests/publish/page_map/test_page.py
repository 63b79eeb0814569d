"""The page holds all it needs, asks for nothing, and takes what people wrote for text."""

import json
import re

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service.publish.page_map import MapFacts, page_map
from geo_service.terms import FRAMES

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>'\"`${1}{{ 7*7 }}{% x %}\u2028"
)


def facts(name=HOSTILE):
    areas = gpd.GeoDataFrame(
        {"area_id": ["A1"], "name": [name], "kind": [name], "subdistrict_name": [name]},
        geometry=[shapely.box(103.70, 36.0, 103.704, 36.004)],
        crs="EPSG:4326",
    )
    rows = FRAMES["hotspots"].conform(
        pd.DataFrame(
            {
                "area_id": ["A1"],
                "cases": [7],
                "rebound_spells": [31],
                "rebound_events_30": [19],
                "p_rebound_30": [0.6131],
                "expected": [1.549],
                "hot": [True],
                "rank": [1],
                "observed": ["partly"],
            }
        )
    )
    return MapFacts(
        words={"title": {"zh": name, "en": name}, "usual": 90.0},
        areas=areas,
        ground=areas[["name", "kind", "geometry"]],
        weeks=["2026-W25", "2026-W26"],
        layers=["rebound", "density"],
        layer="rebound",
        by_layer={"rebound": [[None], [613]]},
        unseen=[[0], []],
        absent=[[], []],
        heat=[[], [{"bounds": [[36.0, 103.7], [36.1, 103.8]], "png": "data:,"}]],
        rows=[rows.assign(area=0).head(0), rows.assign(area=0)],
        weekly={"cases": [[3, 4]]},
    )


@pytest.fixture(scope="module")
def page():
    return page_map(facts(), "zh")


def carried(page):
    (text,) = re.findall(
        r'<script type="application/json" id="facts">(.*?)</script>', page, re.DOTALL
    )
    return json.loads(text)


def test_nothing_in_it_is_fetched(page):
    own = page.replace(re.search(r'id="facts">(.*?)</script>', page, re.DOTALL).group(1), "")
    assert not re.search(
        r"""(?:src|href)=["']?(?!#)[\w/.]""", own.split("<body>")[1].split("<script")[0]
    )
    assert not re.search(r"<link|@import|<script[^>]*\bsrc=", own)
    assert {found[:5] for found in re.findall(r"url\(([^)]*)\)", own)} <= {"data:", "#defa"}


def test_no_script_may_run_but_its_own(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1)
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in re.search(r"script-src[^;]*", policy).group()
    assert policy.count("sha256-") == page.count("<script>")
    assert page.index("Content-Security-Policy") < page.index("<script")


def test_what_people_wrote_is_text_that_comes_back_whole(page):
    assert HOSTILE not in page
    assert "alert(1)</script>" not in page
    assert "\u2028" not in page.split('id="facts"')[1]
    found = carried(page)
    assert found["areas"]["features"][0]["properties"]["name"] == HOSTILE
    assert found["ground"]["features"][0]["properties"]["name"] == HOSTILE
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL).group(1)
    assert "<" not in title
    assert "{{ 7*7 }}" in title


def test_figures_are_those_of_the_rows(page):
    first, second = carried(page)["rows"]
    assert first["area"] == first["worst"] == []
    assert second["p_rebound_30"] == [613]
    assert second["p_rebound_30_low"] == [None]
    assert (second["cases"], second["expected"], second["flags"]) == ([7], [1.5], [1])
    assert (second["observed"], second["worst"]) == ([2], [0])


def test_a_week_has_its_pictures(page):
    assert [len(week) for week in carried(page)["heat"]] == [0, 1]


def test_both_languages_are_in_it(page):
    assert carried(page)["lang"] == "zh"
    assert set(carried(page)["phrases"]) == {"zh", "en"}
    assert carried(page_map(facts(), "en"))["lang"] == "en"


def test_it_is_a_map_of_folium_and_the_same_each_time(page):
    assert 'class="folium-map" id="map"' in page
    assert page == page_map(facts(), "zh")
