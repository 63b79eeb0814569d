import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from geo_service.store import migrations, open_store
from geo_service.store.engine import make_engine
from geo_service.store.schema import VERSION, metadata
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
def test_the_step_makes_the_tables_that_the_schema_describes(url):
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


def test_version_is_the_last_step():
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == VERSION


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


def test_a_path_with_odd_letters(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/100% 七里河/store.sqlite")
    assert store.reports.count() == 0
    store.close()


def of_another_version(url, *, demo, reports=1):
    """Make a store whose tables another version made: one has a column less, one is not known."""
    store = open_store(url)
    store.district.set(demo=demo)
    store.reports.upsert(sample_reports(reports))
    with store.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0007'")
        connection.exec_driver_sql("ALTER TABLE crews DROP COLUMN vehicle")
        connection.exec_driver_sql("CREATE TABLE others (a integer)")
    store.close()


def sample_reports(count):
    ids = [f"r{n}" for n in range(count)]
    when = pd.Timestamp("2026-01-01", tz="UTC")
    return pd.DataFrame({"report_id": ids, "category": "D01", "reported_at": when})


@pytest.mark.parametrize("demo", [True, False])
def test_a_store_of_another_version_is_refused_and_left_alone(url, demo):
    of_another_version(url, demo=demo)
    for _ in range(2):
        with pytest.raises(Conflict, match=r"Another version .* geo-service demo") as refused:
            open_store(url)
        assert "导入" in refused.value.say("zh")
    engine = make_engine(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM reports").scalar() == 1
    engine.dispose()


def test_a_real_store_of_another_version_is_no_demo_to_be_made_anew(url):
    of_another_version(url, demo=False)
    with pytest.raises(Conflict, match="Another version"):
        open_store(url, renew_demo=True)


def reports_set_aside(store):
    """Count the reports of what was kept before the tables were made anew."""
    asked = "SELECT count(*) FROM {}reports"
    if store.engine.dialect.name == "sqlite":
        path = Path(f"{store.engine.url.database}.before-{VERSION}")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with closing(sqlite3.connect(path)) as kept:
            return kept.execute(asked.format("")).fetchone()[0]
    with store.reading() as connection:
        schema = connection.exec_driver_sql("SELECT current_schema()").scalar()
        return connection.exec_driver_sql(asked.format(f"{schema}_before_{VERSION}.")).scalar()


def test_a_demo_of_another_version_is_emptied_and_made_anew(url):
    of_another_version(url, demo=True)
    store = open_store(url, renew_demo=True)
    assert store.reports.count() == 0
    assert not store.district.get().demo
    store.crews.upsert(pd.DataFrame({"crew_id": ["C1"], "vehicle": ["三轮车"]}))
    assert store.words.categories()["code"].tolist() == packaged_categories()["code"].tolist()
    with store.reading() as connection:  # what is not the store's own stays
        assert connection.exec_driver_sql("SELECT count(*) FROM others").scalar() == 0
    assert reports_set_aside(store) > 0
    store.close()
    again = open_store(url)
    assert again.crews.read()["vehicle"].tolist() == ["三轮车"]
    again.close()


def test_a_demo_of_this_version_stays_as_it_is(url):
    store = open_store(url)
    store.district.set(demo=True)
    store.reports.upsert(sample_reports(1))
    store.close()
    again = open_store(url, renew_demo=True)
    assert again.reports.count() == 1
    again.close()


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
