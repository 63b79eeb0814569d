"""A file is read in the district's zone, with its kinds and areas."""

from datetime import UTC, datetime

from geo_service import flow
from geo_service.flow.reading import reports_in, visits_in
from geo_service.intake import AS_FOUND, ImportOptions
from tests.flow.city import write_areas

NOW = datetime(2026, 6, 29, tzinfo=UTC)


def test_times_without_a_zone_are_the_district_s(store, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("report_id,reported_at\n1,2026-06-01 09:00\n")
    store.district.set(timezone="America/Chicago")
    came = reports_in(store, path, ImportOptions(), now=NOW)
    assert came.reports["reported_at"][0].hour == 14
    assert store.reports.count() == 0


def test_visits_know_the_areas_that_there_are(store, tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("area_id,started_at\nA1,2026-06-01 09:00\n")
    assert len(visits_in(store, path, now=NOW, layout=AS_FOUND).rejects) == 1
    flow.import_areas(store, write_areas(tmp_path))
    assert len(visits_in(store, path, now=NOW, layout=AS_FOUND).rows) == 1
