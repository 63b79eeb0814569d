import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import shapely
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from geo_service.store import migrations, open_store
from geo_service.store.engine import Connections, make_engine
from geo_service.store.opening import HEAD
from geo_service.store.schema import metadata
from geo_service.terms import BadInput, BadUse, Busy, Conflict, NotReady, packaged_categories
from tests.store.processes import child, wait_for


def test_a_new_store_is_made_with_its_folder_and_the_packaged_words(tmp_path):
    url = f"sqlite:///{tmp_path}/deep/er/store.sqlite"
    store = open_store(url)
    assert store.words.categories()["code"].tolist() == packaged_categories()["code"].tolist()
    assert store.words.kinds()["kind"].iloc[0] == "market"
    assert store.words.kinds()["kind"].iloc[-1] == "subdistrict"
    store.close()
    raw = sqlite3.connect(tmp_path / "deep/er/store.sqlite")
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def _described(_object, name, type_, _reflected, _compared):
    """Tell what the schema speaks of: not PostGIS's own table, nor what only others read."""
    return name != "spatial_ref_sys" and not (type_ in {"column", "index"} and "point" in name)


# Alembic asks again what a column of PostGIS is, which SQLAlchemy does not know
@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_the_migrations_make_the_tables_that_the_schema_describes(url):
    engine = make_engine(url)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": _described}
        context = MigrationContext.configure(connection, opts=options)
        differs = [
            change
            for change in compare_metadata(context, metadata)
            if not (change[0] == "remove_index" and change[1].name.endswith("_geometry"))
        ]
        assert differs == []
    engine.dispose()


def test_head_is_the_last_step():
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_what_was_kept_is_there_when_it_is_opened_again(url):
    store = open_store(url)
    store.district.set(name_zh="七里河区")
    store.close()
    again = open_store(url, create=False)
    assert again.district.get().name_zh == "七里河区"
    again.close()


def test_opening_twice_seeds_once(url):
    store = open_store(url)
    store.words.upsert_categories(store.words.categories().head(1).assign(name_en="Mine"))
    store.close()
    again = open_store(url)
    assert again.words.categories()["name_en"].iloc[0] == "Mine"
    again.close()


def test_bringing_a_store_up_to_date_leaves_its_words(url, monkeypatch):
    store = open_store(url)
    store.words.upsert_categories(store.words.categories().head(1).assign(name_en="Mine"))
    store.close()
    monkeypatch.setattr("geo_service.store.opening.HEAD", "0999")
    again = open_store(url)
    assert again.words.categories()["name_en"].iloc[0] == "Mine"
    again.close()


def test_a_store_of_the_first_step_is_brought_up_to_date_with_all_it_holds(backend):
    url = backend.new_database()
    engine = make_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with Connections(engine).transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        area = {"area_id": "a", "kind": "street", "g": shapely.to_wkb(shapely.box(0, 0, 1, 1))}
        connection.execute(
            text(
                "INSERT INTO areas (area_id, kind, geometry, min_lon, min_lat, max_lon, max_lat)"
                " VALUES (:area_id, :kind, :g, 0, 0, 1, 1)"
            ),
            area,
        )
        connection.execute(
            text(
                "INSERT INTO reports (report_id, category, reported_at, precision, is_duplicate,"
                " lon, lat) VALUES ('甲', 'D01', 1000000, 'point', false, 103.75, 36.05)"
            )
        )
    engine.dispose()
    store = open_store(url, create=False)
    assert store.areas.read().geometry.iloc[0].equals(shapely.box(0, 0, 1, 1))
    assert store.reports.read(["report_id", "lon"]).to_numpy().tolist() == [["甲", 103.75]]
    with store.reading() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    assert found == HEAD
    store.close()
    backend.drop(url)


def test_a_path_with_odd_letters(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/100% 七里河/store.sqlite")
    assert store.reports.count() == 0
    store.close()


def test_a_store_of_a_newer_version_is_refused(url):
    store = open_store(url)
    with store.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    store.close()
    with pytest.raises(Conflict, match="newer version made this store"):
        open_store(url)


def test_no_store_and_none_wanted(tmp_path):
    with pytest.raises(NotReady, match="There is no store"):
        open_store(f"sqlite:///{tmp_path}/none.sqlite", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_something_else_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no database, but long enough to have a page's header " * 50)
    before = path.read_bytes()
    with pytest.raises(BadInput, match="is not a store"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.parametrize("url", ["", "store.sqlite", "sqlite://", "sqlite:///:memory:", "x://y"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(BadUse, match="is no database address"):
        open_store(url)


def test_a_process_killed_while_making_a_store_leaves_one_that_opens(tmp_path):
    url = f"sqlite:///{tmp_path}/store.sqlite"
    code = """
import geo_service.store.opening as opening
opening.seed = lambda connection: stop()
opening.open_store(URL)
"""
    with child(code, url) as process:
        wait_for(process)
        with pytest.raises(Busy):
            opening_impatient(url)
        process.kill()
    store = open_store(url)
    assert len(store.words.kinds()) == 11
    store.close()


def opening_impatient(url):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo_service.store.opening._PATIENCE", 0.0)
        open_store(url)


def test_processes_that_open_a_new_store_at_once_make_one(tmp_path):
    url = f"sqlite:///{tmp_path}/store.sqlite"
    code = f"""
from geo_service.store import open_store
print(len(open_store({url!r}).words.kinds()))
"""
    several = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in several] == ["11"] * 3
    assert [process.returncode for process in several] == [0] * 3


def test_locks_are_for_their_owner(new_file, tmp_path):
    path = shutil.copy(new_file, tmp_path / "store.sqlite")
    store = open_store(f"sqlite:///{path}")
    with store.writer("import"):
        mode = (tmp_path / "store.sqlite.writer.lock").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    store.close()
