"""Shapes and points are PostGIS's own, and move with their report."""

import geopandas as gpd
from shapely.geometry import box

from tests.store.samples import many, reports, run


def rows(store, query):
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_shapes_and_points_are_postgis(there, areas):
    there.areas.upsert(areas)
    there.ground.replace(
        gpd.GeoDataFrame({"name": ["x"], "kind": ["river"]}, geometry=[box(0, 0, 1, 1)])
    )
    there.reports.upsert(reports({"report_id": "1"}, {"report_id": "2", "lon": None, "lat": None}))
    there.runs.save(run(many(3)))
    kinds = rows(there, "SELECT f_table_name, f_geometry_column, type, srid FROM geometry_columns")
    assert sorted(kinds) == [
        ("areas", "geometry", "GEOMETRY", 4326),
        ("cases", "point", "POINT", 4326),
        ("ground", "geometry", "GEOMETRY", 4326),
        ("reports", "point", "POINT", 4326),
        ("sites", "point", "POINT", 4326),
        ("visits", "geometry", "GEOMETRY", 4326),
    ]
    inside = "SELECT area_id FROM areas WHERE ST_Contains(geometry, ST_Point(0.5, 0.5, 4326))"
    assert sorted(rows(there, inside)) == [("a",), ("s",)]
    point = "SELECT report_id, ST_X(point), ST_Y(point) FROM reports ORDER BY report_id"
    assert rows(there, point) == [("1", 103.75, 36.05), ("2", None, None)]
    indexed = rows(there, "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%%USING gist%%'")
    assert sorted(name for (name,) in indexed) == [
        "ix_areas_geometry",
        "ix_cases_point",
        "ix_ground_geometry",
        "ix_reports_point",
        "ix_sites_point",
        "ix_visits_geometry",
    ]


def test_a_point_moves_with_its_report(there):
    there.reports.upsert(reports({"report_id": "1"}))
    there.reports.upsert(reports({"report_id": "1", "lon": 104.0}))
    assert rows(there, "SELECT ST_X(point) FROM reports") == [(104.0,)]
