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
    assert viewer.get("/api/zones?week=2026-W25").json["features"] == []
    assert viewer.get("/api/zones?week=2031-W01").status_code == 404
