"""A district in one file, and back."""

import io
import json
import os
import stat
import tarfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from geo_service import flow
from geo_service.flow.check import faults_of
from geo_service.publish import Filter
from geo_service.settings import Settings, chain_key
from geo_service.store import Chain, PhotoFiles, back_up, open_store, restore
from geo_service.terms import BadInput, Conflict, NotReady
from tests.flow.city import fill
from tests.flow.live.test_act import INSPECTOR, OFFICE, Scene
from tests.intake.photos import drawn
from tests.store.samples import NOW, many


def place(folder, url):
    return Settings(url, folder, folder / "secret_key", folder / "keys" / "chain_key")


@pytest.fixture
def settings(tmp_path, url):
    return place(tmp_path / "here", url)


@pytest.fixture
def scene(store, settings, tmp_path):
    """A city with figures, a case through three hands, two photos."""
    tmp_path.joinpath("city").mkdir()
    fill(store, tmp_path / "city")
    scene = Scene(store, tmp_path)
    scene.chain, scene.files = Chain.of(settings), PhotoFiles(settings.photos)
    store.district.set(utm_epsg=32648)
    scene.send("live", lon=103.751, lat=36.051)
    for n, (kind, actor) in enumerate([("fixed", OFFICE), ("verified", INSPECTOR)]):
        own = {"actor": actor.name, "now": scene.now}
        photo = flow.keep_photo(store, scene.files, drawn(colour=(n, 9, 9)), **own)
        scene.act("live", kind, actor, photo_ids=[photo])
    flow.refresh(store, now=scene.now + timedelta(days=1))
    return scene


@pytest.fixture
def made(scene, tmp_path):
    path = tmp_path / "backup.tar"
    scene.backup = back_up(scene.store, scene.chain, scene.files, path, now=NOW)
    return path


def exported(store):
    tables = ("cases", "events", "hotspots", "areas", "reports", "rebounds")
    parts = {name: flow.exports.export_parts(store, name, Filter()) for name in tables}
    return {name: "".join(part.to_csv() for part in its) for name, its in parts.items()}


def repacked(path, change):
    """Write a backup anew, its members by name as `change` leaves them."""
    with tarfile.open(path) as tar:
        members = {one.name: tar.extractfile(one).read() for one in tar}
    change(members)
    path.unlink()
    with tarfile.open(path, "w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def test_a_backup_is_its_owner_s_alone_and_goes_over_nothing(made, scene, tmp_path):
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    held = scene.backup
    assert (held.size, held.events, held.photos, held.missing) == (made.stat().st_size, 2, 2, ())
    with tarfile.open(made) as tar:
        names = [one.name for one in tar]
        assert {one.mode for one in tar} == {0o600}
    assert names[:4] == ["backup.json", "chain_key", "chain_key.log", "store.sqlite"]
    assert len(names) == 4 + 6
    before = made.read_bytes()
    with pytest.raises(Conflict, match="goes over nothing"):
        back_up(scene.store, scene.chain, scene.files, made, now=NOW)
    assert made.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".backup")] == []


@pytest.mark.parametrize("to", ["file", "same"])
def test_what_comes_back_is_the_same_district(made, scene, new_store_url, tmp_path, to):
    url = f"sqlite:///{tmp_path}/there/geo.sqlite" if to == "file" else new_store_url()
    there = place(tmp_path / "there", url)
    scene.act("live", "noted", note="after the backup")
    back = restore(made, there)
    assert (back.events, back.photos) == (2, 2)
    store = open_store(url, create=False)
    assert faults_of(store, Chain.of(there), PhotoFiles(there.photos)) == []
    assert chain_key(there).encode() == scene.chain.key
    for path in (there.chain_key_file, there.chain_log):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # a district that goes on
    other = Scene.__new__(Scene)
    other.store, other.now, other.chain = store, scene.now, Chain.of(there)
    other.act("live", "noted", note="after the backup")
    assert store.events.faults(other.chain) == []
    store.close()


def test_exports_of_what_came_back_are_equal(made, scene, tmp_path):
    there = place(tmp_path / "there", f"sqlite:///{tmp_path}/there/geo.sqlite")
    restore(made, there)
    store = open_store(there.database_url)
    told = exported(store)
    assert min(text.count("\n") for text in told.values()) > 1
    assert told == exported(scene.store)
    assert store.fingerprint() == scene.store.fingerprint()
    store.close()


def test_what_comes_in_meanwhile_does_no_harm(scene, tmp_path, new_store_url):
    """Events and reports are kept while one backup after another is made: each is of one moment."""
    stop, kept = Event(), []

    def act():
        while not stop.is_set():
            number = len(kept)
            kept.append(scene.act("live", "noted", note=f"{number}"))
            scene.send(f"while{number}", lon=103.751 + number / 2000, lat=36.053)

    with ThreadPoolExecutor(1) as others:
        at_it = others.submit(act)
        held = []
        for n in range(3):
            path = tmp_path / f"{n}.tar"
            held.append(back_up(scene.store, scene.chain, scene.files, path, now=NOW))
        stop.set()
        at_it.result()
    counts = [one.events for one in held]
    assert 2 <= counts[0] <= counts[1] <= counts[2] <= len(kept) + 2
    assert counts[2] > 2
    now = exported(scene.store)
    for n, count in enumerate(counts):
        url = new_store_url() if n == 2 else f"sqlite:///{tmp_path}/there{n}/geo.sqlite"
        there = place(tmp_path / f"there{n}", url)
        assert restore(tmp_path / f"{n}.tar", there).events == count
        store = open_store(there.database_url)
        assert faults_of(store, Chain.of(there), PhotoFiles(there.photos)) == []
        assert store.events.count() == count
        # what had been kept by then, row by row, and nothing of what came after
        for name, text in exported(store).items():
            before, after = text.splitlines(), now[name].splitlines()
            whole = name in ("events", "hotspots", "areas", "rebounds")
            assert before == after[: len(before)] if whole else set(before) <= set(after), name
        came = sum("while" in line for line in exported(store)["reports"].splitlines())
        assert came in (count - 2, count - 3)
        store.close()


def test_only_into_an_empty_place(made, scene, settings, tmp_path):
    with pytest.raises(Conflict, match=r"chain_key\.log already"):
        restore(made, settings)
    there = place(tmp_path / "there", settings.database_url)
    with pytest.raises(Conflict, match="holds something already"):
        restore(made, there)
    assert not there.chain_key_file.exists()
    there.photos.joinpath("ab").mkdir(parents=True)
    with pytest.raises(Conflict, match="photos already"):
        restore(made, there)


def test_a_key_that_does_not_fit_is_named(made, tmp_path):
    there = place(tmp_path / "there", f"sqlite:///{tmp_path}/there/geo.sqlite")
    chain_key(there)
    with pytest.raises(Conflict, match=r"chain's key at .*chain_key is not the one in backup\.tar"):
        restore(made, there)
    there.chain_key_file.unlink()

    def change(members):
        from geo_service.store import digest_of

        members["chain_key"] = b"f" * 64
        told = json.loads(members["backup.json"])
        told["digests"]["chain_key"] = digest_of(members["chain_key"])
        members["backup.json"] = json.dumps(told).encode()

    repacked(made, change)
    with pytest.raises(Conflict, match="does not fit the events"):
        restore(made, there)
    assert not Path(there.database_url.removeprefix("sqlite:///")).exists()


def test_a_wrong_key_is_told_by_check(scene, tmp_path):
    chain = replace(scene.chain, key=b"x" * 64)
    (fault,) = scene.store.events.faults(chain)
    assert (fault.what, fault.number) == ("wrong_key", 2)


@pytest.mark.parametrize("wrong", ["cut", "text", "changed", "other"])
def test_what_is_no_backup_brings_nothing_back(made, tmp_path, wrong):
    data = made.read_bytes()
    if wrong == "cut":
        made.write_bytes(data[: len(data) // 2])
    elif wrong == "text":
        made.write_bytes(b"report_id,category\n" * 100)
    elif wrong == "changed":
        repacked(made, lambda members: members.update({"chain_key.log": b"1 a b\n"}))
    else:
        repacked(made, lambda members: members.pop("store.sqlite"))
    there = place(tmp_path / "there", f"sqlite:///{tmp_path}/there/geo.sqlite")
    with pytest.raises(BadInput, match=r"backup\.tar"):
        restore(made, there)
    assert [one.name for one in there.var.iterdir()] == []


def test_another_version_s_backup_is_named(made, tmp_path):
    def change(members):
        told = json.loads(members["backup.json"]) | {"version": "0"}
        members["backup.json"] = json.dumps(told).encode()

    repacked(made, change)
    with pytest.raises(Conflict, match="Another version"):
        restore(made, place(tmp_path / "there", f"sqlite:///{tmp_path}/there/geo.sqlite"))


def test_a_missing_photo_is_told_and_stops_no_backup(scene, tmp_path):
    first, second = [photo.photo_id for photo in scene.store.photos.all()]
    scene.files.path(first, "screen").unlink()
    path = tmp_path / "backup.tar"
    held = back_up(scene.store, scene.chain, scene.files, path, now=NOW)
    assert (held.photos, held.missing) == (2, (first,))
    there = place(tmp_path / "there", f"sqlite:///{tmp_path}/there/geo.sqlite")
    assert restore(path, there).photos == 1
    store = open_store(there.database_url)
    faults = faults_of(store, Chain.of(there), PhotoFiles(there.photos))
    assert {(one.what, one.photo_id) for one in faults} == {("photo_missing", first)}
    assert second != first
    store.close()


def test_of_a_damaged_store_there_is_no_backup(tmp_path):
    path = tmp_path / "geo.sqlite"
    store = open_store(f"sqlite:///{path}")
    store.reports.upsert(many(5_000))
    store.close()
    with path.open("r+b") as stream:
        for at in range(path.stat().st_size // 4096 // 2 * 4096, path.stat().st_size, 4096):
            stream.seek(at)
            stream.write(os.urandom(512))
    store = open_store(f"sqlite:///{path}")
    here = place(tmp_path, store.url)
    with pytest.raises(NotReady, match=r"geo\.sqlite is damaged"):
        back_up(store, Chain.of(here), PhotoFiles(here.photos), tmp_path / "b.tar", now=NOW)
    assert not (tmp_path / "b.tar").exists()
    with pytest.raises(NotReady, match=r"geo\.sqlite is damaged"):
        store.check_pages()
    store.close()
