"""Where the package's folder can't be written, by somebody without a home, all goes on."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import PROJECT


@pytest.fixture
def closed(tmp_path):
    """Run the command on a copy of the package that nobody may change; returns what came of it."""
    shutil.copytree(
        PROJECT / "geo_service",
        tmp_path / "lib" / "geo_service",
        ignore=shutil.ignore_patterns("__pycache__", "static"),
    )
    for folder, _, files in os.walk(tmp_path / "lib"):
        for path in (folder, *(os.path.join(folder, name) for name in files)):  # noqa: PTH118
            os.chmod(path, os.stat(path).st_mode & ~0o222)  # noqa: PTH101, PTH116
    # who is root may write everywhere, but for the rights taken here
    powerless = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if not os.getuid() else []
    if powerless and not shutil.which("setpriv"):
        pytest.skip("root without setpriv")
    (tmp_path / "srv").mkdir()

    def run(*args):
        return subprocess.run(
            [*powerless, sys.executable, "-m", "geo_service", *args],
            cwd=tmp_path / "srv",
            env={
                "PYTHONPATH": str(tmp_path / "lib"),
                "HOME": "/proc/nowhere",
                "PATH": os.environ["PATH"],
                "GEO_SERVICE_VAR": str(tmp_path / "srv" / "var"),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    yield run
    for folder, _, _ in os.walk(tmp_path / "lib"):
        os.chmod(folder, 0o700)  # noqa: PTH101


def test_without_a_home_on_a_closed_install_everything_runs(closed, tmp_path):
    assert closed("--version").returncode == 0
    got = closed("export", "nothing", "--output", "x.csv")  # loads all that is compiled
    assert (got.returncode, got.stderr.count("\n")) == (2, 1), got.stderr
    kept = tmp_path / "srv" / "var" / "compiled"
    assert any(kept.iterdir())
    assert not list((tmp_path / "lib").rglob("__pycache__"))
