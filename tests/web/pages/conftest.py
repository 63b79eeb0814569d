import pytest

from tests.web.conftest import token


@pytest.fixture
def spawned(monkeypatch):
    """Start no process; tell for which settings one would have been."""
    calls = []
    monkeypatch.setattr("geo_service.flow.jobs.spawn_worker", calls.append)
    return calls


@pytest.fixture
def admin(as_role):
    return as_role("admin")


def send(client, path, **form):
    """Send a form as a page does."""
    form["csrf_token"] = token(client)
    return client.post(path, data=form, content_type="multipart/form-data")
