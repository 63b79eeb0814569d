"""A store is emptied: people and words stay, nothing of the district does."""

import sqlalchemy as sa

from geo_service.store.schema import metadata
from tests.web.conftest import areas, fill, reports, run_tables

STAYS = {"accounts", "categories", "kinds", "meta"}


def rows(store):
    with store.reading() as connection:
        found = {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in metadata.sorted_tables
        }
    return {name for name, count in found.items() if count}


def test_people_and_words_stay_and_nothing_else(store):
    fill(store, demo=True)
    before = store.areas.version()
    assert rows(store) > STAYS
    store.empty()
    assert rows(store) == STAYS
    assert store.district.get().name_zh is None
    assert store.areas.version() > before


def test_a_run_of_the_next_district_has_another_number(store):
    fill(store, demo=True)
    before = store.runs.latest().run_id
    store.empty()
    assert store.runs.latest() is None
    store.areas.upsert(areas())
    store.reports.upsert(reports())
    store.runs.save(run_tables())
    assert int(store.runs.latest().run_id) > int(before)
