"""The benchmarks of an earlier commit beside those of now."""

import subprocess

import pytest

from benchmarks import before
from benchmarks.__main__ import main
from benchmarks.rows import All, AtLeast, AtMost, MemoryAtMost, Row, Skip

FAKE = """
import json, pathlib, sys
name, _, path = sys.argv[1:]
row = {{"name": name + "_row", "ours_seconds": {seconds}, "asked": "≤ 3 s", "holds": {holds}}}
if name != "gone":
    pathlib.Path(path).write_text(json.dumps({{"rows": [row]}}))
"""


def git(folder, *words):
    own = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *own, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A clone whose benchmarks took 4 s and now take 2 s."""
    folder = tmp_path / "tree"
    package = folder / "benchmarks"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    git(folder, "init", "-q")
    for seconds, holds in ((4.0, False), (2.0, True)):
        (package / "__main__.py").write_text(FAKE.format(seconds=seconds, holds=holds), "utf-8")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", str(seconds))
    monkeypatch.setattr(before, "ROOT", folder)
    return folder


def test_both_are_run_and_nothing_is_left(tree):
    said = before.compare("HEAD~1", ["one", "gone", "two"])
    assert [line.split() for line in said.splitlines()[1:]] == [
        ["one_row", "2.00", "s", "4.00", "s", "2.00", "×", "≤", "3", "s", "yes"],
        ["two_row", "2.00", "s", "4.00", "s", "2.00", "×", "≤", "3", "s", "yes"],
    ]
    assert len(git(tree, "worktree", "list").splitlines()) == 1


def test_the_real_cities_lie_beside_the_earlier_tree_too(tree):
    (tree.parent / "shared").mkdir()
    with before.checked_out("HEAD") as folder:
        assert (folder.parent / "shared").resolve() == tree.parent / "shared"


def test_an_unknown_commit_a_shallow_clone_and_no_clone_are_skipped(tree, tmp_path, monkeypatch):
    with pytest.raises(Skip, match="no commit abcdef"), before.checked_out("abcdef"):
        pass
    git(tmp_path, "clone", "-q", "--depth", "1", tree.as_uri(), "shallow")
    monkeypatch.setattr(before, "ROOT", tmp_path / "shallow")
    with pytest.raises(Skip, match="history"), before.checked_out("HEAD"):
        pass
    monkeypatch.setattr(before, "ROOT", tmp_path)
    with pytest.raises(Skip, match="clone"), before.checked_out("HEAD"):
        pass


@pytest.mark.usefixtures("tree")
def test_what_is_skipped_is_said_and_the_rest_is_run(tmp_path, monkeypatch, capsys):
    row = Row.of("start_help", [0.1])
    monkeypatch.setattr("benchmarks.start.measure", lambda: iter([row]))
    output = tmp_path / "results.json"
    assert main(["start", "--before", "abcdef", "--output", str(output)]) == 0
    told = capsys.readouterr()
    assert "no commit abcdef" in told.err
    assert "start_help" in told.out
    assert output.exists()


def test_several_things_are_asked_of_one_row():
    asked = All((AtMost(14), MemoryAtMost(1_200)))
    assert str(asked) == "≤ 14 s, ≤ 1,200 MB"
    assert Row.of("a_b", [14.0], asked=asked, megabytes=1_200).holds is True
    assert Row.of("a_b", [14.0], asked=asked, megabytes=1_201).holds is False
    assert Row.of("a_b", [14.1], asked=asked, megabytes=900).holds is False
    both = All((AtMost(0.5), AtLeast(1.4)))
    assert Row.of("a_b", [0.4], peer_times=[0.5], asked=both).holds is False
    # memory that nobody took is not kept to
    assert Row.of("a_b", [0.4], asked=MemoryAtMost(1)).holds is False
