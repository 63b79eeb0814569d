"""A wheel carries everything and works where it is installed."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import PROJECT


def build(folder):
    """Build the wheel into `folder`; nothing is left in the checkout."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, PROJECT],
        check=True,
        capture_output=True,
        timeout=180,
    )
    (wheel,) = Path(folder).glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_file_the_package_has(names):
    for path in (PROJECT / "geo_service").rglob("*"):
        if (
            path.is_file()
            and "__pycache__" not in path.parts
            and path.suffix not in (".nbi", ".nbc")
        ):
            assert str(path.relative_to(PROJECT)) in names


def test_the_wheel_holds_the_templates_under_web(names):
    templates = [path for path in (PROJECT / "templates").rglob("*") if path.is_file()]
    assert templates
    for path in templates:
        assert f"geo_service/web/{path.relative_to(PROJECT)}" in names


@pytest.mark.parametrize(
    "part",
    [
        *("web/static/", "terms/phrases/cli.toml", "terms/categories.csv", "terms/kinds.csv"),
        *("intake/presets/chicago-311.toml", "store/migrations/versions/", "web/templates/"),
    ],
)
def test_the_wheel_holds_what_is_not_code(names, part):
    assert any(name.startswith(f"geo_service/{part}") for name in names)


def test_the_wheel_holds_nothing_else(names):
    tops = {name.partition("/")[0] for name in names}
    assert {top.partition("-")[0] for top in tops} <= {"geo_service"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".sqlite")]


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
            *("--disable-pip-version-check", "--target", folder, wheel),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder


def python(elsewhere, cwd, *args):
    """Run Python with the installed package first and the checkout's folder not on the path."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("GEO_SERVICE", "PYTHON"))}
    env |= {"PYTHONPATH": str(elsewhere), "LANG": "en_US.UTF-8"}
    return subprocess.run(
        [sys.executable, "-P", *args],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_installed_elsewhere_the_command_line_runs(elsewhere, tmp_path):
    where = python(elsewhere, tmp_path, "-c", "import geo_service; print(geo_service.__file__)")
    assert where.stdout.startswith(str(elsewhere))
    got = python(elsewhere, tmp_path, "-m", "geo_service", "--help")
    assert (got.returncode, got.stderr) == (0, "")
    assert "hotspots" in got.stdout


APP = """
from datetime import UTC, datetime
from pathlib import Path
from geo_service.settings import load_settings
from geo_service.store import open_store
from geo_service.web import create_app
import geo_service

settings = load_settings({}, Path.cwd())
store = open_store(settings.database_url)
client = create_app(settings, store, lambda: datetime.now(UTC)).test_client()
page = client.get("/sign-in")
print(page.status_code, "<form" in page.get_data(as_text=True))
static = Path(geo_service.__file__).parent / "web" / "static"
sheets = sorted(static.rglob("*.css"))
for path in sheets:
    got = client.get("/static/" + path.relative_to(static).as_posix())
    print(got.status_code, got.get_data() == path.read_bytes())
    got.close()
print(len(sheets) > 0, client.get("/healthz").status_code)
store.close()
"""


def test_installed_elsewhere_pages_and_static_files_are_served(elsewhere, tmp_path):
    got = python(elsewhere, tmp_path, "-c", APP)
    assert got.returncode == 0, got.stderr
    first, *sheets, last = got.stdout.splitlines()
    assert first == "200 True"
    assert set(sheets) == {"200 True"}
    assert last == "True 200"
