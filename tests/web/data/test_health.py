"""Running, ready, counted."""

from geo_service.store import open_store
from geo_service.web import create_app


def test_a_running_service_says_so_to_anybody(client):
    answer = client.get("/healthz")
    assert answer.json == {"status": "running"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_with_figures(client):
    assert client.get("/readyz").json["status"] == "ready"


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
    assert "geo_service_reports 3\n" in answer.get_data(as_text=True)
