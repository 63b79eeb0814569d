import functools
import json
import shutil
from dataclasses import dataclass

import pytest

from geo_service import flow
from geo_service.cli import app, main
from geo_service.store import open_store
from tests.flow.city import CREWS, NOW, fill
from tests.intake.conftest import read, write  # noqa: F401 (fixtures of test_rejects)


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def run(monkeypatch, capfd, tmp_path):
    """Call a command as a terminal would, in an empty folder, in English unless it says else."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "GEO_SERVICE_LANGUAGE", "GEO_SERVICE_REGION", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("GEO_SERVICE_DB", f"sqlite:///{tmp_path / 'store.sqlite'}")
    monkeypatch.setattr(app, "Context", functools.partial(app.Context, now=lambda: NOW))

    def call(*args):
        capfd.readouterr()
        code = 0
        try:
            main([str(arg) for arg in args])
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Result(code, out, err)

    return call


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """A store with the small city, refreshed, and two crews; made once."""
    folder = tmp_path_factory.mktemp("filled")
    path = folder / "store.sqlite"
    store = open_store(f"sqlite:///{path}")
    fill(store, folder)
    (folder / "crews.csv").write_text(CREWS, "utf-8")
    flow.import_table(store, folder / "crews.csv", "crews")
    flow.refresh(store, now=NOW)
    store.close()
    return path


@pytest.fixture
def city(filled, tmp_path):
    """Put the small city where `run` looks for its store."""
    shutil.copy(filled, tmp_path / "store.sqlite")
    return tmp_path


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield store
    store.close()
