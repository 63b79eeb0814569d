"""The demo leaves, whole, for a district of one's own; what is real never does."""

from datetime import UTC, datetime

import pytest

from geo_service import flow
from geo_service.intake import ImportOptions
from geo_service.terms import BadUse, Conflict
from tests.flow.live.test_act import Scene
from tests.web.conftest import fill

NOW = datetime(2026, 6, 29, tzinfo=UTC)


def test_the_demo_leaves_and_its_people_stay(store):
    fill(store, demo=True)
    flow.keep_preset(store, "本区", ImportOptions(preset="szcg"), by="anna", now=NOW)
    flow.begin_district(store, "城关区", now=NOW)
    district = store.district.get()
    assert (district.name_zh, district.demo, district.utm_epsg) == ("城关区", False, None)
    assert list(district.presets) == ["本区"]
    assert (store.reports.count(), len(store.areas.read()), store.runs.latest()) == (0, 0, None)
    closed = {one.name for one in store.accounts.list() if one.disabled}
    assert closed == {"crew-leader", "unit"}


def test_the_log_of_events_begins_anew(store, tmp_path):
    scene = Scene(store, tmp_path)
    scene.send("1")
    scene.act("1", "noted", note="of the demo")
    store.district.set(demo=True)
    flow.begin_district(store, "城关区", now=NOW, chain=scene.chain)
    assert (store.events.count(), store.events.faults(scene.chain)) == (0, [])
    assert len(list(tmp_path.glob("chain.log.*"))) == 1
    again = Scene(store, tmp_path)
    again.send("1")
    again.act("1", "noted", note="our own")
    assert store.events.faults(again.chain) == []


def test_what_is_real_is_not_thrown_away(store):
    fill(store, demo=False)
    with pytest.raises(Conflict):
        flow.begin_district(store, "城关区", now=NOW)
    assert store.reports.count() > 0


@pytest.mark.parametrize("name", ["", "区" * 41])
def test_a_district_needs_a_name(store, name):
    fill(store, demo=True)
    with pytest.raises(BadUse):
        flow.begin_district(store, name, now=NOW)
    assert store.district.get().demo
