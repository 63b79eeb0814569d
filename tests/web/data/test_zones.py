"""Zones of hot areas."""


def test_zones_are_the_shapes_of_their_areas_called_by_the_worst(viewer):
    (zone,) = viewer.get("/api/zones?category=D01").json["features"]
    told = zone["properties"]
    assert told["area_ids"] == ["A1", "A3"]
    assert (told["cases"], told["expected"]) == (6 + 4, 3.0)
    assert told["name_zh"] == "西湖后街等2处"
    assert told["name_en"] == "西湖后街 and 1 more"
    assert zone["geometry"]["type"] == "MultiPolygon"
    assert len(zone["geometry"]["coordinates"]) == 2
    assert told["level"] == "around"
    assert told["record"] == [7, 4]
    assert viewer.get("/api/zones?week=2026-W25").json["features"] == []
    assert viewer.get("/api/zones?week=2031-W01").status_code == 404


def test_a_hot_subdistrict_is_a_zone_where_nothing_finer_in_it_is_hot(viewer):
    (zone,) = viewer.get("/api/zones?category=D02").json["features"]
    told = zone["properties"]
    assert (told["level"], told["record"]) == ("subdistrict", None)
    assert told["name"] == told["name_zh"] == "西湖"
    # the one with most cases beyond those expected first
    assert told["area_ids"] == ["A4", "M1", "M2"]
