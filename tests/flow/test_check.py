"""Whether all is as it was left: what is said of photos."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from geo_service import flow
from geo_service.flow.check import faults_of
from geo_service.intake import ImportOptions
from geo_service.store import Chain, PhotoFiles
from geo_service.store.schema import cases, photos
from tests.flow.city import NOW, fill, row, write_reports
from tests.flow.live.test_act import INSPECTOR, OFFICE, Scene
from tests.intake.photos import drawn


def test_a_missing_an_altered_and_a_quietly_removed_photo_are_named(store, tmp_path):
    scene, files = Scene(store, tmp_path), PhotoFiles(tmp_path / "photos")
    scene.send("1")
    ids = []
    for n in range(4):
        own = {"actor": OFFICE.name, "now": scene.now}
        ids.append(flow.keep_photo(store, files, drawn(colour=(60 * n, 99, 9)), **own))
    scene.act("1", "noted", OFFICE, note="x", photo_ids=ids)

    def told():
        return {(one.what, one.photo_id, one.size) for one in faults_of(store, scene.chain, files)}

    assert told() == set()
    files.path(ids[0], "thumb").unlink()
    files.path(ids[1], "full").write_bytes(drawn())
    expected = {("photo_missing", ids[0], "thumb"), ("photo_altered", ids[1], "full")}
    assert told() == expected

    def quietly(photo_id, **values):
        with store.transaction() as connection:
            one = photos.c.photo_id == photo_id
            connection.execute(sa.update(photos).where(one).values(**values))

    quietly(ids[2], erased_at=1_000_000)
    expected |= {("photo_removed", ids[2], "full")}
    assert told() == expected
    with store.transaction() as connection:
        connection.execute(sa.delete(photos).where(photos.c.photo_id == ids[3]))
    expected |= {("photo_unknown", ids[3], None)}
    assert told() == expected
    # what the service deletes when its time is over is no fault
    quietly(ids[2], erased_at=None)
    later = scene.now + timedelta(days=9)
    assert len(flow.erase_photos(store, files, scene.chain, 5, now=later)) == 3
    assert told() == {("photo_unknown", ids[3], None)}
    assert faults_of(store, replace(scene.chain, key=b"other"), files)[0].what == "wrong_key"


def test_a_state_that_nobody_made_is_named(store, tmp_path):
    fill(store, tmp_path)
    flow.refresh(store, now=NOW)
    chain, files = Chain(b"key", tmp_path / "log"), PhotoFiles(tmp_path / "photos")
    assert faults_of(store, chain, files) == []
    known = store.cases.read()
    acted, other = known.loc[known["state"] != "verified", "case_id"].iloc[:2]
    flow.act(store, chain, acted, {"kind": "noted", "note": "x"}, actor=OFFICE, now=NOW)
    flow.act(store, chain, acted, {"kind": "fixed"}, actor=OFFICE, now=NOW)
    assert faults_of(store, chain, files) == []
    with store.transaction() as connection:
        one = cases.c.case_id == other
        connection.execute(sa.update(cases).where(one).values(state="verified"))
    (fault,) = faults_of(store, chain, files)
    assert (fault.what, fault.case_id) == ("state", other)
    flow.refresh(store, now=NOW)
    assert faults_of(store, chain, files) == []


def edited(store, case_id, state):
    with store.transaction() as connection:
        one = cases.c.case_id == case_id
        connection.execute(sa.update(cases).where(one).values(state=state))


def test_a_state_is_named_whatever_was_done_since_the_last_run(store, tmp_path):
    """A case that was acted on, or that came, is compared with what linking all gives now."""
    scene, files = Scene(store, tmp_path), PhotoFiles(tmp_path / "photos")

    def told():
        return [(one.what, one.case_id) for one in faults_of(store, scene.chain, files)]

    for number in range(1, 5):
        scene.send(str(number), x=50.0 * number)
    scene.act("1", "dispatched", crew_id="C1")
    scene.act("2", "fixed")
    for refreshed in (False, True):
        assert told() == []
        for case_id, state in (("1", "working"), ("2", "verified"), ("3", "fixed")):
            right = scene.state(case_id)
            edited(store, case_id, state)
            assert told() == [("state", case_id)], (refreshed, case_id)
            edited(store, case_id, right)
        if not refreshed:
            flow.refresh(store, now=scene.now)
            scene.now += timedelta(days=1)
            scene.act("1", "dispatched", crew_id="C2")
            scene.act("2", "failed", INSPECTOR, note="x")
            scene.act("2", "fixed", OFFICE)
            scene.act("3", "merged", target_case_id="4")
            scene.send("5", x=400)
            edited(store, "5", "dispatched")
            assert told() == [("state", "5")]
            edited(store, "5", "open")


def test_what_only_waits_for_a_refresh_is_no_fault(store, tmp_path):
    scene, files = Scene(store, tmp_path), PhotoFiles(tmp_path / "photos")
    scene.send("1")
    scene.now += timedelta(hours=1)
    flow.refresh(store, now=scene.now)
    # half a year without a report: lapsed as of now, and nobody has said so yet
    scene.now += timedelta(days=200)
    scene.act("1", "noted", note="x")
    scene.send("2", x=90)
    assert faults_of(store, scene.chain, files) == []
    # a source's file closes a case that was acted on
    closed = row("2", scene.now.isoformat(), verified_at=scene.now.isoformat())
    path = write_reports(tmp_path, [closed])
    flow.import_reports(store, path, ImportOptions(), now=scene.now + timedelta(hours=1))
    assert faults_of(store, scene.chain, files) == []
