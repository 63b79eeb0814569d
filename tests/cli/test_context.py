"""What a command is given: a store that opens or a sentence, settings, the reader's language."""

import pytest

from tests.flow.city import write_reports


def test_a_store_that_cannot_be_written_is_said_in_a_sentence(run, tmp_path):
    (tmp_path / "file").write_text("no folder")
    got = run("refresh", "--db", f"sqlite:///{tmp_path}/file/store.sqlite")
    assert got.code == 1
    assert "file" in got.err


def test_a_store_that_is_something_else_is_said_in_a_sentence(run, tmp_path):
    (tmp_path / "notes.sqlite").write_text("Dear diary, " * 1000)
    got = run("refresh", "--db", f"sqlite:///{tmp_path / 'notes.sqlite'}")
    assert got.code == 1
    assert "notes.sqlite" in got.err


def test_a_folder_is_no_store(run, tmp_path):
    got = run("refresh", "--db", f"sqlite:///{tmp_path}")
    assert got.code in (1, 2)
    assert str(tmp_path) in got.err


def test_a_setting_that_cannot_be_used_is_bad_use(run, monkeypatch):
    monkeypatch.setenv("GEO_SERVICE_PORT", "http")
    got = run("refresh")
    assert got.code == 2
    assert "GEO_SERVICE_PORT" in got.err


def test_while_another_writes_an_import_says_who(run, store, tmp_path):
    path = write_reports(tmp_path)
    with store.writer("the night shift"):
        got = run("reports", "import", path)
    assert got.code == 1
    assert "the night shift" in got.err


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "C", "LC_ALL": "zh_CN"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8", "GEO_SERVICE_LANGUAGE": "en"}, False),
        ({"LANG": "de_DE"}, False),
    ],
)
def test_sentences_are_in_the_readers_language(run, monkeypatch, environment, chinese):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    got = run("refresh")
    assert got.code == 1
    assert ("还没有" in got.err) is chinese
    assert ("There are no reports" in got.err) is not chinese


def test_the_settings_file_says_in_which_language(run, monkeypatch, tmp_path):
    monkeypatch.setenv("LANG", "de_DE")
    (tmp_path / "geo_service.toml").write_text('language = "zh"\n')
    assert "还没有" in run("refresh").err
