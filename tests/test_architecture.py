"""The house: who may import whom, every sentence in two languages."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from geo_service.store import open_store
from tests.conftest import PROJECT

PACKAGE = PROJECT / "geo_service"
SOURCES = sorted(PACKAGE.rglob("*.py"))
PHRASES = sorted((PACKAGE / "terms" / "phrases").glob("*.toml"))


def test_the_contracts_of_imports_hold():
    tool = Path(sys.executable).with_name("lint-imports")
    got = subprocess.run(
        [tool, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )
    assert got.returncode == 0, got.stdout + got.stderr
    assert "0 broken" in got.stdout


def imported(path):
    """Names of all modules that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(
    ("libraries", "home"),
    [
        ({"flask", "flask_login", "flask_wtf", "werkzeug", "wtforms"}, "web"),
        ({"sqlalchemy", "alembic", "psycopg"}, "store"),
        ({"folium", "branca"}, "publish"),
        ({"docx", "docxtpl", "lxml", "jinja2"}, "publish"),
        ({"click"}, "cli"),
        ({"gunicorn", "waitress"}, "web"),
    ],
    ids=lambda value: value if isinstance(value, str) else min(value),
)
def test_a_library_lives_in_one_room(libraries, home):
    users = {path for path in SOURCES if imported(path) & libraries}
    assert users, "nobody uses it: this test looks for the wrong name"
    strangers = [path for path in users if (PACKAGE / home) not in path.parents]
    assert [str(path.relative_to(PROJECT)) for path in strangers] == []


def test_steps_and_instruments_read_no_clock_no_environment_and_draw_no_chance():
    rooms = ("measure", "locate", "link", "rebound", "hotspots", "intake", "publish")
    for path in SOURCES:
        if path.relative_to(PACKAGE).parts[0] not in rooms:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                name = ast.unparse(node)
                assert name not in (
                    *("datetime.now", "date.today", "time.time", "pd.Timestamp.now"),
                    *("os.environ", "os.getenv", "random.random", "np.random.default_rng"),
                ), f"{path}:{node.lineno}"


def test_to_import_the_package_imports_nothing_heavy():
    code = "import sys, geo_service; print(*sorted({n.partition('.')[0] for n in sys.modules}))"
    got = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    loaded = set(got.stdout.split())
    assert "geo_service" in loaded
    heavy = {"pandas", "numpy", "geopandas", "shapely", "scipy", "sklearn", "numba"}
    heavy |= {"flask", "sqlalchemy"}
    assert loaded & heavy == set()


def test_the_pages_load_no_fitted_model():
    code = "import sys, geo_service.web, geo_service.flow; print(*sys.modules)"
    got = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    loaded = set(got.stdout.split())
    assert {"geo_service.web", "geo_service.flow", "numpy"} <= loaded
    assert "sklearn" not in loaded, "a second and a half of each process's start"


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        # the help loads what it says and nothing that computes
        (["--help"], set()),
        # a look into the store loads what asks the database, and no table of a whole column
        (["reports", "rejects"], {"sqlalchemy.sql", "geo_service.store.store"}),
    ],
    ids=["help", "rejects"],
)
def test_a_command_loads_what_it_needs_alone(asked, needed, tmp_path):
    code = (
        "import sys; from click.testing import CliRunner; from geo_service.cli import cli;"
        f"got = CliRunner().invoke(cli, {asked!r}); assert got.exit_code == 0, got.output;"
        "print(*sys.modules)"
    )
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    open_store(url).close()
    got = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=os.environ | {"GEO_SERVICE_DB": url},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(got.stdout.split())
    assert needed | {"geo_service.cli.app"} <= loaded
    # a part of each that is loaded only with the whole
    begun = {
        *("numpy.linalg", "pandas.core", "geopandas.base", "shapely.geometry", "numba.core"),
        *("pyarrow.lib", "psycopg.pq", "scipy.special", "sklearn.base"),
        "geo_service.web.base",
        *("alembic.op", "sqlalchemy.sql", "sqlalchemy.dialects.postgresql"),
        "geo_service.store.store",
        *("geo_service.flow.refresh", "geo_service.measure.space", "geo_service.publish.export"),
    }
    assert loaded & begun == needed


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_says_what_it_is(path):
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)) or not text.strip()


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", PHRASES, ids=lambda path: path.stem)
def test_every_sentence_is_there_in_both_languages_with_the_same_values(path):
    for key, texts in tomllib.loads(path.read_text("utf-8")).items():
        assert set(texts) == {"zh", "en"}, key
        assert texts["zh"].strip(), key
        assert texts["en"].strip(), key
        assert placeholders(texts["zh"]) == placeholders(texts["en"]), key


def test_there_are_phrases_at_all():
    assert {"cli", "errors", "intake", "pipeline"} <= {path.stem for path in PHRASES}


def asked_phrases():
    """Keys that the program asks for as a plain text: say("a.b"), BadUse("a.b") and the like."""
    asking = {
        *("say", "phrase", "BadInput", "BadUse", "NotFound", "NotReady", "NotAllowed"),
        *("Conflict", "Busy", "IntakeWarning"),
    }
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            first = node.args[0]
            if name in asking and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield path, node.lineno, first.value, node


def test_every_phrase_the_program_asks_for_exists_and_gets_its_values():
    known = {
        f"{path.stem}.{key}": texts["en"]
        for path in PHRASES
        for key, texts in tomllib.loads(path.read_text("utf-8")).items()
    }
    asked = list(asked_phrases())
    assert len(asked) > 50
    for path, line, key, call in asked:
        assert key in known, f"{path}:{line} asks for {key}"
        given = {word.arg for word in call.keywords}
        if None in given or getattr(call.func, "id", "") in ("phrase", "IntakeWarning"):
            continue
        assert placeholders(known[key]) <= given, f"{path}:{line}: {key}"


def test_no_committed_file_names_a_registry_or_this_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    here = str(PROJECT)
    for name in listed.stdout.split("\0"):
        path = PROJECT / name
        if path.suffix in {".py", ".toml", ".md", ".txt", ".yml", ".cfg", ""} and path.is_file():
            text = path.read_text("utf-8", errors="ignore")
            assert here not in text or here in ("/app", "/"), name
            assert "--index" + "-url" not in text, name
