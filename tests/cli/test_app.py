"""What holds for every command."""

import os
import subprocess
import sys

import pytest

COMMANDS = [
    ["demo"],
    ["serve"],
    ["areas", "import"],
    ["areas", "grid"],
    ["reports", "import"],
    ["reports", "rejects"],
    ["crews", "import"],
    ["categories", "import"],
    ["kinds", "import"],
    ["refresh"],
    ["rebound"],
    ["hotspots"],
    ["export"],
    ["user", "add"],
    ["user", "list"],
    ["user", "disable"],
    ["jobs", "work"],
]
OPTIONS = {
    "demo": ["--seed", "--as-of"],
    "serve": ["--host", "--port"],
    "areas import": ["--kind", "--id-field", "--name-field", "--crs", "--buffer", "--format"],
    "areas grid": ["--cell"],
    "reports import": [
        *("--preset", "--preset-file", "--map", "--set", "--no-header", "--crs", "--timezone"),
        *("--time-format", "--source", "--dry-run", "--format"),
    ],
    "reports rejects": ["--format"],
    "refresh": ["--as-of"],
    "rebound": ["--as-of", "--category", "--kind", "--by", "--format"],
    "hotspots": ["--as-of", "--week", "--category", "--kind", "--format"],
    "export": [
        *("--output", "--week", "--category", "--kind", "--subdistrict", "--from", "--to"),
        "--bbox",
    ],
    "user add": ["--role", "--crew", "--password-stdin"],
}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_is_there_says_what_it_does_and_takes_a_store(run, command):
    got = run(*command, "--help")
    assert got.code == 0
    assert "--db" in got.out
    for option in OPTIONS.get(" ".join(command), []):
        assert f"{option} " in got.out.replace("\n", " ") + " "


def test_the_list_of_commands_says_what_each_does(run):
    got = run("--help")
    assert got.code == 0
    for command, *_ in COMMANDS:
        assert f"  {command} " in got.out


def test_the_version_is_the_packages(run):
    from geo_service import __version__

    assert __version__ in run("--version").out


@pytest.mark.parametrize(
    "wrong",
    [
        ["nonsense"],
        ["reports", "nonsense"],
        ["refresh", "--nonsense"],
        ["areas", "grid"],
        ["areas", "grid", "--cell", "wide"],
        ["reports", "import"],
        ["export", "cases"],
        ["rebound", "--by", "moon"],
        ["rebound", "--format", "yaml"],
        ["serve", "--port", "70000"],
        ["serve", "--port", "http"],
        ["user", "add", "ann"],
        ["user", "add", "ann", "--role", "king"],
        ["demo", "--seed", "x"],
        ["demo", "--as-of", "tomorrow"],
        ["refresh", "--as-of", "2026-02-30"],
        ["refresh", "--as-of", "29.6.2026"],
        ["refresh", "--db", "nonsense"],
        ["refresh", "--db", "mysql://x/y"],
    ],
    ids=" ".join,
)
def test_a_command_called_the_wrong_way_exits_with_2_and_one_sentence(run, wrong):
    got = run(*wrong)
    assert got.code == 2
    assert got.out == ""
    assert got.err.strip()


def test_a_reader_that_has_seen_enough_is_no_failure_to_shout_about(city):
    env = os.environ | {"GEO_SERVICE_DB": f"sqlite:///{city / 'store.sqlite'}"}
    command = [sys.executable, "-m", "geo_service", "categories", "list", "--format", "json"]
    process = subprocess.Popen(
        command, env=env, cwd=city, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert err == ""


def test_as_a_module_it_is_the_same_program(tmp_path):
    got = subprocess.run(
        [sys.executable, "-m", "geo_service", "refresh", "--as-of", "gestern"],
        cwd=tmp_path,
        env=os.environ | {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (got.returncode, got.stdout) == (2, "")
    assert "须为" in got.stderr
    assert "Traceback" not in got.stderr
