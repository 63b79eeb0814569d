"""Where the package's folder can't be written, by somebody without a home, all goes on."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import PROJECT

NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
WITHOUT_RIGHTS = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")


def somebody() -> tuple[str, ...]:
    """Return what runs a command as somebody who may not write everywhere, as root may."""
    if os.getuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root without setpriv")
    # where the interpreter lies in root's own home, nobody else can run it
    tried = subprocess.run([*NOBODY, sys.executable, "-c", "import numba"], check=False)
    return WITHOUT_RIGHTS if tried.returncode else NOBODY


@pytest.fixture
def folder():
    """Return a folder that everybody may enter: pytest's own are for their owner alone."""
    with tempfile.TemporaryDirectory(prefix="geo_service_closed_") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def closed(folder):
    """Run the command on a copy of the package that nobody may change; returns what came of it."""
    shutil.copytree(
        PROJECT / "geo_service",
        folder / "lib" / "geo_service",
        ignore=shutil.ignore_patterns("__pycache__", "static"),
    )
    for path in (folder / "lib", *(folder / "lib").rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (folder / "srv").mkdir()
    powerless = somebody()
    if powerless == NOBODY:
        shutil.chown(folder / "srv", "nobody", "nogroup")

    def run(*args):
        return subprocess.run(
            [*powerless, sys.executable, "-m", "geo_service", *args],
            cwd=folder / "srv",
            env={
                "PYTHONPATH": str(folder / "lib"),
                "HOME": "/proc/nowhere",
                "PATH": os.environ["PATH"],
                "GEO_SERVICE_VAR": str(folder / "srv" / "var"),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def test_without_a_home_on_a_closed_install_everything_runs(closed, folder):
    assert closed("--version").returncode == 0
    got = closed("export", "nothing", "--output", "x.csv")  # loads all that is compiled
    assert (got.returncode, got.stderr.count("\n")) == (2, 1), got.stderr
    kept = folder / "srv" / "var" / "compiled"
    assert {path.owner() for path in kept.iterdir()} == {(folder / "srv").owner()}
    assert not list((folder / "lib").rglob("__pycache__"))
