import stat
import subprocess
import sys

import pytest

from geo_service.settings import Settings, chosen_language, load_settings, secret_key
from geo_service.terms import BadUse


def test_the_defaults_lie_under_the_folder_of_the_moment(tmp_path):
    settings = load_settings({}, tmp_path)
    assert settings == Settings(
        database_url=f"sqlite:///{tmp_path}/var/geo_service.sqlite",
        var=tmp_path / "var",
        secret_file=tmp_path / "var" / "secret_key",
        chain_key_file=tmp_path / "var" / "chain_key",
    )
    assert settings.chain_log == tmp_path / "var" / "chain_key.log"
    assert (settings.host, settings.port, settings.tile_url) == ("127.0.0.1", 8000, None)
    assert list(tmp_path.iterdir()) == []


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / "geo_service.toml").write_text(
        'port = 9000\nlanguage = "en"\nregion = [103, 36, 104, 37.5]\nvar = "state"\n'
        'tile_url = "http://tiles.internal/{z}/{x}/{y}.png"\n'
    )
    settings = load_settings({"GEO_SERVICE_PORT": "9001", "PORT": "9002"}, tmp_path)
    assert (settings.port, settings.language) == (9001, "en")
    assert settings.region == (103.0, 36.0, 104.0, 37.5)
    assert settings.tile_url == "http://tiles.internal/{z}/{x}/{y}.png"
    assert settings.database_url == f"sqlite:///{tmp_path}/state/geo_service.sqlite"
    assert load_settings({"PORT": "9002"}, tmp_path).port == 9002
    assert load_settings({}, tmp_path).port == 9000


def test_a_language_that_somebody_chose(tmp_path):
    assert chosen_language({}, tmp_path) is None
    (tmp_path / "geo_service.toml").write_text('language = "zh"\n')
    assert chosen_language({}, tmp_path) == "zh"
    assert chosen_language({"GEO_SERVICE_LANGUAGE": "en"}, tmp_path) == "en"
    (tmp_path / "geo_service.toml").write_text("language = ")
    assert chosen_language({}, tmp_path) is None


def test_everything_from_the_environment(tmp_path):
    environ = {
        "GEO_SERVICE_DB": "sqlite:///here/x.sqlite",
        "GEO_SERVICE_VAR": "/srv/var",
        "GEO_SERVICE_HOST": "0.0.0.0",
        "GEO_SERVICE_LANGUAGE": "en",
        "GEO_SERVICE_TILE_ATTRIBUTION": "the office",
        "GEO_SERVICE_UPLOAD_BYTES": "1000",
        "GEO_SERVICE_REGION": "103,36,104,37",
        "GEO_SERVICE_SECRET_FILE": "keys/secret",
        "HOME": "/nowhere",
    }
    settings = load_settings(environ, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/here/x.sqlite"
    assert str(settings.var) == "/srv/var"
    assert (settings.host, settings.upload_bytes) == ("0.0.0.0", 1000)
    assert settings.region == (103.0, 36.0, 104.0, 37.0)
    assert settings.secret_file == tmp_path / "keys" / "secret"
    assert settings.tile_attribution == "the office"


def test_another_databases_address_is_left_as_it_is(tmp_path):
    url = "postgresql+psycopg://u@h/d"
    assert load_settings({"GEO_SERVICE_DB": url}, tmp_path).database_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GEO_SERVICE_PORT", "http"),
        ("GEO_SERVICE_HTTPS", "yes"),
        ("GEO_SERVICE_METRICS_TOKEN", "short"),
        ("GEO_SERVICE_PORT", "70000"),
        ("PORT", "-1"),
        ("GEO_SERVICE_LANGUAGE", "fr"),
        ("GEO_SERVICE_REGION", "103,36,104"),
        ("GEO_SERVICE_REGION", "104,36,103,37"),
        ("GEO_SERVICE_UPLOAD_BYTES", "1 MB"),
    ],
)
def test_a_bad_value_is_named_with_its_variable(tmp_path, name, value):
    with pytest.raises(BadUse, match=f"The setting {name} cannot be {value}"):
        load_settings({name: value}, tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prot = 1", "a setting prot that nobody knows"),
        ("port = true", "The setting geo_service.toml: port cannot be True"),
        ("host = 7", "The setting geo_service.toml: host cannot be 7"),
        ("port =", "cannot be read"),
    ],
)
def test_a_bad_file_is_told(tmp_path, text, says):
    (tmp_path / "geo_service.toml").write_text(text)
    with pytest.raises(BadUse, match=says):
        load_settings({}, tmp_path)


def test_a_file_that_is_named_has_to_exist(tmp_path):
    with pytest.raises(BadUse, match=r"other\.toml cannot be read"):
        load_settings({"GEO_SERVICE_CONFIG": "other.toml"}, tmp_path)


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    settings = load_settings({}, tmp_path)
    key = secret_key(settings)
    assert len(key) == 64
    assert stat.S_IMODE(settings.secret_file.stat().st_mode) == 0o600
    assert secret_key(settings) == key
    assert [path.name for path in settings.var.iterdir()] == ["secret_key"]
    settings.secret_file.chmod(0o644)
    assert secret_key(settings) == key
    assert stat.S_IMODE(settings.secret_file.stat().st_mode) == 0o600


def test_an_emptied_secret_is_refused(tmp_path):
    settings = load_settings({}, tmp_path)
    settings.var.mkdir()
    settings.secret_file.write_text("")
    with pytest.raises(BadUse, match="too short"):
        secret_key(settings)


def test_processes_that_begin_at_once_have_one_secret(tmp_path):
    code = (
        "import sys, pathlib; from geo_service.settings import *;"
        "print(secret_key(load_settings({}, pathlib.Path(sys.argv[1]))))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    several = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    keys = {process.communicate(timeout=60)[0].strip() for process in several}
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]


def test_whoever_loses_the_race_takes_the_winners_key(tmp_path, monkeypatch):
    settings = load_settings({}, tmp_path)

    def other_was_first(draft, path):
        path.write_text("w" * 64)
        raise FileExistsError

    monkeypatch.setattr("geo_service.settings.os.link", other_was_first)
    assert secret_key(settings) == "w" * 64
    assert [path.name for path in settings.var.iterdir()] == ["secret_key"]


def test_hours_of_a_usual_day_are_hours_that_follow_one_another(tmp_path):
    def hours(text):
        return load_settings({"GEO_SERVICE_WORK_HOURS": text}, tmp_path).work_hours

    assert hours("08:30-12:00;14:00-17:30") == "08:30-12:00;14:00-17:30"
    for text in ("9-12", "09:00", "12:00-09:00", "09:00-12:00;11:00-13:00", "09:00-25:00"):
        with pytest.raises(BadUse, match="09:00-12:00"):
            hours(text)
