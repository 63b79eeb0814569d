"""What the demo's figures are, to the digit, on either database."""

import hashlib
import json
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo_service import flow
from geo_service.flow.exports import export_parts
from geo_service.people import passwords
from geo_service.publish import ALL_WEEKS, Filter, write_export
from geo_service.store import open_store

KEPT = Path(__file__).with_name("figures.json")
"""By file, the SHA-256 of what leaves the demo; a change of figures changes it on purpose."""


@pytest.fixture
def files(demo_file, tmp_path):
    """Return the demo on files, as the command made it."""
    with closing(open_store(f"sqlite:///{shutil.copy(demo_file, tmp_path)}")) as store:
        yield store


@pytest.fixture
def server(postgres, demo, monkeypatch):
    """Return the demo filled and refreshed on a server."""
    monkeypatch.setattr(passwords, "_COST", 5)  # accounts are no figures
    now = datetime(2027, 1, 1, tzinfo=UTC)
    url = postgres.new_store()
    with closing(open_store(url)) as store:
        flow.load_demo(store, demo, dict.fromkeys(demo.people["name"], "of nobody at all"), now=now)
        flow.refresh(store, now=now)
        yield store
    postgres.drop(url)


def printed(store, folder):
    """Return the SHA-256 of cases, rebounds, hotspots of all weeks, and rates, as files."""
    for name in ("cases", "rebounds", "hotspots"):
        weeks = (ALL_WEEKS,) if name == "hotspots" else ()
        write_export(name, export_parts(store, name, Filter(week=weeks)), folder / f"{name}.csv")
    # as a person reads them: the last bits of a float are the processor's
    store.runs.rates().to_csv(folder / "rates.csv", index=False, float_format="%.9g")
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.csv"))
    }


def test_figures_are_those_that_were_kept(files, tmp_path):
    assert printed(files, tmp_path) == json.loads(KEPT.read_text())


def test_a_server_has_the_figures_of_files_to_the_last_bit(files, server):
    assert server.fingerprint() == files.fingerprint()
