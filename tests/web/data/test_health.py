"""Running, ready, counted."""

from dataclasses import replace
from datetime import timedelta

from geo_service.store import open_store
from geo_service.web import create_app
from tests.web.conftest import AS_OF


def test_a_running_service_says_so_to_anybody(client):
    answer = client.get("/healthz")
    assert answer.json == {"status": "running"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_with_figures(client):
    answer = client.get("/readyz").json
    assert (answer["status"], answer["stale"]) == ("ready", False)


def test_figures_that_nobody_computed_for_long_are_stale(client, clock):
    clock.at = AS_OF + timedelta(hours=37)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json["stale"], answer.json["age_seconds"]) == (True, 37 * 3600)


def test_not_ready_without_figures_but_pages_stand(settings, clock):
    empty = open_store(settings.database_url)
    try:
        empty.district.set(demo=True)
        client = create_app(settings, empty, clock).test_client()
        assert client.get("/readyz").status_code == 503
        assert client.get("/").status_code == 200
        assert client.get("/api/periods").json["weeks"] == []
        assert client.get("/api/areas.geojson").json["features"] == []
        assert client.get("/api/ground.geojson").json["features"] == []
        answer = client.get("/api/worst/2026-W26")
        assert answer.status_code == 503
        assert "refresh" in answer.json["detail"]
    finally:
        empty.close()


def test_not_ready_without_a_store(client, store, monkeypatch):
    def broken():
        raise OSError("gone")

    monkeypatch.setattr(store.runs, "latest", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "no store"}


def test_metrics_are_prometheus_text(as_role):
    answer = as_role("admin").get("/metrics")
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    text = answer.get_data(as_text=True)
    for line in ("geo_service_reports 3", "geo_service_jobs_failed 0"):
        assert f"{line}\n" in text
    assert 'geo_service_requests_total{status="3xx"} 1\n' in text
    assert f"geo_service_figures_age_seconds {-12 * 3600.0}\n" in text


def test_a_monitor_asks_by_the_token_of_the_settings(settings, store, clock):
    token = "a token of sixteen"
    client = create_app(replace(settings, metrics_token=token), store, clock).test_client()

    def status(path, given):
        return client.get(path, headers={"Authorization": given}).status_code

    assert status("/metrics", f"Bearer {token}") == 200
    assert status("/metrics", "Bearer another token") in (302, 401)
    assert status("/metrics", "") in (302, 401)
    assert status("/api/periods", f"Bearer {token}") == 401


def test_without_a_token_in_the_settings_none_fits(client):
    answer = client.get("/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code in (302, 401)
