"""Photos on their way: taken in, hung on events, shown by episode, deleted in the end."""

from datetime import timedelta

import pytest

from geo_service import flow
from geo_service.flow.cases import case_file
from geo_service.store import Photo, PhotoFiles
from geo_service.terms import BadInput, Conflict
from tests.flow.live.test_act import INSPECTOR, LEADER, OFFICE, Scene
from tests.intake.photos import PLACE, TAKEN, drawn, with_exif


@pytest.fixture
def scene(store, tmp_path):
    scene = Scene(store, tmp_path)
    scene.files = PhotoFiles(tmp_path / "photos")
    return scene


def sent(scene, actor=OFFICE, data=None, key=None, **said):
    data = drawn() if data is None else data
    own = {"actor": actor.name, "now": scene.now, "key": key, "said": said}
    return flow.keep_photo(scene.store, scene.files, data, **own)


def test_a_photo_is_of_its_content(scene):
    first = sent(scene, key="k1")
    assert sent(scene, key="k1") == first == sent(scene, LEADER) == sent(scene, key="k2")
    assert sent(scene, data=drawn(colour=(0, 200, 0))) != first
    with pytest.raises(Conflict, match="another photo"):
        sent(scene, data=drawn("PNG"), key="k1")
    assert scene.files.path(first, "thumb").exists()


def test_the_record_knows_when_and_where(scene):
    local = with_exif({}, {0x9003: TAKEN[0x9003]}, PLACE)
    photo = scene.store.photos.of([sent(scene, data=local)])
    ((photo,),) = photo.values()
    assert photo.taken_at is not None
    assert photo.taken_at.isoformat() == "2026-06-28T01:30:00+00:00"  # the district's own time
    assert (photo.lon, photo.lat) == (103.75, 36.06)
    told = {"taken_at": "2027-02-01T10:00:00+08:00", "lon": "103.7", "lat": "36.0"}
    ((photo,),) = scene.store.photos.of([sent(scene, data=drawn("PNG"), **told)]).values()
    assert photo.taken_at.isoformat() == "2027-02-01T02:00:00+00:00"
    assert (photo.lon, photo.lat) == (103.7, 36.0)
    late = with_exif({}, {0x9003: "2030:01:01 00:00:00"}, size=(30, 30))
    ((photo,),) = scene.store.photos.of([sent(scene, data=late)]).values()
    assert photo.taken_at is None
    with pytest.raises(BadInput, match="lon"):
        sent(scene, lon="x", lat="36")


def test_an_event_shows_what_its_actor_sent_or_what_hangs_there(scene):
    scene.send("1")
    own, others = sent(scene), sent(scene, LEADER, drawn(colour=(0, 200, 0)))
    with pytest.raises(BadInput, match="not sent by you"):
        scene.act("1", "noted", OFFICE, note="x", photo_ids=[others])
    with pytest.raises(BadInput, match="not sent by you"):
        scene.act("1", "noted", OFFICE, note="x", photo_ids=["nothing"])
    scene.act("1", "noted", OFFICE, note="x", photo_ids=[own])
    scene.act("1", "noted", INSPECTOR, note="the same corner", photo_ids=[own])
    assert scene.store.photos.case_ids(own) == ["1"]
    assert scene.store.photos.shown() == {own}
    assert scene.store.photos.latest(["1", "2"]) == {"1": own}
    assert scene.store.events.faults(scene.chain) == []
    log = scene.store.events.read()
    assert log["photo_ids"].tolist() == [own, own]


def test_a_category_may_ask_for_photos_of_fix_and_check(scene):
    scene.send("1")
    words = scene.store.words.categories()
    words["photo"] = words["code"] == "D01"
    scene.store.words.upsert_categories(words)
    with pytest.raises(BadInput, match="ask for a photo to be fixed") as refused:
        scene.act("1", "fixed", OFFICE)
    assert refused.value.values["field"] == "photo_ids"
    assert scene.act("1", "fixed", OFFICE, photo_ids=[sent(scene)]).state == "fixed"
    with pytest.raises(BadInput, match="ask for a photo to be verified"):
        scene.act("1", "verified", INSPECTOR)
    scene.act("1", "failed", INSPECTOR, note="half of it")
    scene.send("2", x=5000, category="D02")
    assert scene.act("2", "fixed", OFFICE).state == "fixed"


def test_episodes_show_before_and_after(scene):
    scene.send("1")
    looks = [sent(scene, one, drawn(colour=(9, 9, n))) for n, one in enumerate([OFFICE] * 3)]
    scene.act("1", "noted", OFFICE, note="x", photo_ids=[looks[0]])
    scene.act("1", "fixed", OFFICE, photo_ids=[looks[1]])
    scene.act("1", "verified", INSPECTOR)
    scene.send("2")
    scene.act("2", "noted", OFFICE, note="again", photo_ids=[looks[2]])
    scene.act("2", "noted", OFFICE, note="gone", photo_ids=[looks[1]])
    scene.now -= timedelta(minutes=55)
    scene.act("2", "withdrawn", OFFICE)
    told = [
        (
            one.case.case_id,
            [shown.photo.photo_id for shown in one.before],
            [shown.photo.photo_id for shown in one.after],
        )
        for one in flow.episodes_of(scene.store, case_file(scene.store, "2"))
    ]
    assert told == [("1", looks[:1], looks[1:2]), ("2", looks[2:], [])]


def test_photos_are_deleted_when_their_time_is_over_and_said_so(scene):
    scene.send("1")
    old = sent(scene)
    scene.act("1", "noted", OFFICE, note="x", photo_ids=[old])
    scene.now += timedelta(days=20)
    young = sent(scene, data=drawn("PNG", size=(30, 30)))

    def erase():
        return flow.erase_photos(scene.store, scene.files, scene.chain, 15, now=scene.now)

    assert (erase(), erase()) == ([old], [])
    assert not scene.files.path(old, "full").exists()
    assert scene.files.path(young, "full").exists()
    (shown,) = flow.photos_of(scene.store, case_file(scene.store, "1").events)
    assert (shown.photo.photo_id, shown.photo.erased_at) == (old, scene.now)
    assert scene.store.photos.latest(["1"]) == {}
    assert isinstance(scene.store.photos.all()[0], Photo)
