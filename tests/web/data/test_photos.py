"""Photos by the web: who sends, who sees, what is refused and how."""

from io import BytesIO

import pytest

from geo_service.web.data.photos import AT_ONCE
from tests.intake.photos import drawn
from tests.web.conftest import token

LARGE = drawn("PNG", size=(1200, 1200), compress_level=0)


@pytest.fixture
def send(as_role):
    def post(role, data, key=None, name="photo", **said):
        client = as_role(role)
        headers = {"X-CSRFToken": token(client, "/me")}
        if key is not None:
            headers["Idempotency-Key"] = key
        form = {name: (BytesIO(data), "IMG_0001.jpg"), **said}
        answer = client.post("/api/photos", data=form, headers=headers)
        answer.request.environ["wsgi.input"].close()  # a large one is a file of the test's client
        return answer

    return post


def test_a_photo_is_taken_and_the_same_again_answered_alike(send, store):
    got = send("inspector", drawn(), "k1")
    assert (got.status_code, list(got.get_json())) == (201, ["photo_id"])
    assert send("inspector", drawn(), "k1").get_json() == got.get_json()
    assert send("inspector", drawn()).get_json() == got.get_json()
    assert send("inspector", drawn("PNG"), "k1").status_code == 409
    assert len(store.photos.all()) == 1


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 422, "空"),
        (b"<html>", 422, "不是照片"),
        (drawn()[:500], 422, "损坏"),
        (drawn() + bytes(10_000_000), 422, "MB"),
        (bytes(11_000_000), 413, "太大"),
    ],
    ids=["empty", "html", "torn", "large", "huge"],
)
def test_what_is_no_photo_gets_a_sentence(send, store, data, status, words):
    got = send("inspector", data)
    assert got.status_code == status
    assert words in got.get_json()["error"]
    assert store.photos.all() == []


def test_a_request_without_a_photo_is_told_so(send):
    assert send("inspector", drawn(), name="picture").status_code == 422
    assert send("inspector", drawn(), lon="x", lat="1").status_code == 422


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_who_makes_no_event_sends_no_photo(send, role):
    assert send(role, drawn()).status_code == 403


def test_a_photo_is_shown_to_its_sender_and_who_may_see_its_case(send, as_role):
    photo_id = send("inspector", drawn(size=(400, 300))).get_json()["photo_id"]
    for size in ("thumb", "screen", "full"):
        got = as_role("inspector").get(f"/photos/{photo_id}?size={size}")
        assert (got.status_code, got.mimetype) == (200, "image/jpeg")
        assert got.headers["Cache-Control"].startswith("private")
    again = as_role("inspector").get(f"/photos/{photo_id}", headers={"If-None-Match": "x"})
    mark = {"If-None-Match": again.headers["ETag"]}
    assert as_role("inspector").get(f"/photos/{photo_id}", headers=mark).status_code == 304
    # it hangs nowhere yet
    assert as_role("office").get(f"/photos/{photo_id}").status_code == 403
    client = as_role("inspector")
    event = {"kind": "noted", "note": "x", "photo_ids": [photo_id]}
    headers = {"X-CSRFToken": token(client, "/me")}
    assert client.post("/api/cases/2/events", json=event, headers=headers).status_code == 201
    assert as_role("office").get(f"/photos/{photo_id}").status_code == 200
    # a leader whose crew has nothing to do there sees neither case nor photo
    assert as_role("crew-leader").get(f"/photos/{photo_id}").status_code == 403
    assert as_role("crew-leader").get("/api/cases/2").status_code == 403
    (told,) = as_role("office").get("/api/cases/2").get_json()["photos"]
    assert (told["photo_id"], told["kind"], told["erased"]) == (photo_id, "noted", False)
    assert (told["taken_at"], told["lon"], told["at"][:10]) == (None, None, "2026-06-28")
    assert f"/photos/{photo_id}?size=thumb" in as_role("office").get("/casework").text
    assert photo_id in as_role("office").get("/exports/events.csv").text


def test_nobody_sees_a_photo_that_is_not_there(as_role, send, store, settings):
    client = as_role("inspector")
    for wrong in ("x", "a" * 64, "..%2fsecret_key", "%00"):
        assert client.get(f"/photos/{wrong}").status_code in (400, 404)
    photo_id = send("inspector", drawn()).get_json()["photo_id"]
    assert client.get(f"/photos/{photo_id}?size=huge").status_code == 400
    for path in settings.photos.rglob("*.jpg"):
        path.unlink()
    assert "geo-service check" in client.get(f"/photos/{photo_id}").text


def test_the_form_of_a_case_takes_photos(as_role, store):
    client = as_role("office")
    page = client.get("/casework/2").text
    assert 'name="photo" type="file" accept="image/*" capture="environment"' in page

    def act(*photos, **fields):
        files = [(BytesIO(data), f"{n}.jpg") for n, data in enumerate(photos)]
        form = {"csrf_token": token(client, "/me"), "photo": files, **fields}
        return client.post("/casework/2/events", data=form, follow_redirects=True).text

    assert "太大" not in act(b"", kind="noted", note="without")
    refused = act(b"<html>", kind="fixed")
    assert "不是照片" in refused
    assert store.events.count() == 0
    assert str(AT_ONCE) in act(*[drawn()] * (AT_ONCE + 1), kind="fixed")
    act(drawn("PNG"), kind="noted", note="before")
    shown = act(drawn(), drawn(size=(50, 50)), kind="fixed")
    assert 'data-testid="photos"' in shown
    before, after = shown.split("处置前", 2)[-1].split("处置后", 1)
    assert (before.count("?size=thumb"), after.count("?size=thumb")) == (1, 2)


def test_a_category_that_asks_for_photos_says_so_on_page_and_by_address(as_role, send, store):
    words = store.words.categories()
    words["photo"] = words["code"] == "D01"
    store.words.upsert_categories(words)
    client = as_role("office")
    form = client.get("/casework/2").text.split('id="fixed-photo"')[1].split(">")[0]
    assert "required" in form
    headers = {"X-CSRFToken": token(client, "/me")}
    refused = client.post("/api/cases/2/events", json={"kind": "fixed"}, headers=headers)
    assert (refused.status_code, refused.get_json()["field"]) == (422, "photo_ids")
    assert "须附照片" in refused.get_json()["error"]
    photo_id = send("office", drawn()).get_json()["photo_id"]
    event = {"kind": "fixed", "photo_ids": [photo_id]}
    assert client.post("/api/cases/2/events", json=event, headers=headers).status_code == 201


def test_a_photo_of_a_visit_is_shown_to_who_gives_work(as_role, send, store):
    photo_id = send("inspector", drawn()).get_json()["photo_id"]
    visit = {"area_id": "A1", "started_at": "2026-06-28T10:00", "photo_ids": [photo_id]}

    def sent(role):
        client = as_role(role)
        headers = {"X-CSRFToken": token(client, "/me")}
        return client.post("/api/visits", json=visit, headers=headers)

    assert as_role("office").get(f"/photos/{photo_id}").status_code == 403
    assert sent("inspector").status_code == 201
    assert as_role("office").get(f"/photos/{photo_id}").status_code == 200
    assert as_role("viewer").get(f"/photos/{photo_id}").status_code == 403
    refused = sent("office")
    assert (refused.status_code, refused.get_json()["field"]) == (422, "photo_ids")


def test_every_form_of_photos_takes_large_ones(as_role, app, store, clock):
    """What a phone's camera makes is larger than any other request may be."""
    assert len(LARGE) > 4_000_000
    assert app.config["MAX_CONTENT_LENGTH"] < len(LARGE)
    office = as_role("office")
    key = {"csrf_token": token(office, "/me")}
    case = {"kind": "noted", "note": "x", "photo": (BytesIO(LARGE), "a.png"), **key}
    answer = office.post("/casework/2/events", data=case)
    answer.request.environ["wsgi.input"].close()
    assert (answer.status_code, len(store.photos.all())) == (303, 1)
    stop = {"kind": "fixed", "photo": (BytesIO(LARGE), "a.png"), **key}
    answer = office.post("/crew/stops/1", data=stop)
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 404  # there is no such stop; it was not the size
