"""Photos: taken from phones and forms, and shown to who may see a case on which they hang."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from geo_service import flow
from geo_service.store import PhotoFiles
from geo_service.terms import BadInput, NotAllowed, NotFound
from geo_service.web.base import desk
from geo_service.web.base.answers import json_answer
from geo_service.web.base.permissions import may, permission
from geo_service.web.data import cases

blueprint = Blueprint("photos", __name__)

MOST_BYTES = 10_500_000
"""So large is a request with one photo at most."""

AT_ONCE = 4
"""So many photos a form has at most."""

MOST = AT_ONCE * MOST_BYTES
"""So large is a form with photos at most."""

_ROOM = {"photos.take": MOST_BYTES, "case.act": MOST, "crew.act": MOST}
_TOLD = ("taken_at", "lon", "lat")


def init_app(app: Flask) -> None:
    """Let `app` take large requests where photos are taken, and there alone."""

    @app.before_request
    def widen() -> None:
        room = _ROOM.get(request.endpoint or "")
        if room is not None:
            request.max_content_length = room


def files() -> PhotoFiles:
    """Return where the photos' files lie."""
    return PhotoFiles(desk.desk().settings.photos)


def kept(file: FileStorage, key: str | None = None, said: dict[str, Any] | None = None) -> str:
    """Keep a photo that the person sends; returns its id."""
    data = file.stream.read()
    own = {"actor": current_user.name, "now": desk.now(), "key": key, "said": said}
    return flow.keep_photo(desk.store(), files(), data, **own)


def kept_all(sent: list[FileStorage]) -> list[str]:
    """Keep the photos of a form; returns their ids.

    Raises
    ------
    BadInput
        If there are too many.
    """
    if len(sent) > AT_ONCE:
        raise BadInput("photos.too_many", field="photo", count=len(sent), most=AT_ONCE)
    return [kept(one) for one in sent]


@blueprint.post("/api/photos")
@permission("act")
def take() -> Response:
    """Keep the file called ``photo``; the same one again is answered alike."""
    file = request.files.get("photo")
    if file is None:
        raise BadInput("photos.missing", field="photo")
    said = {name: request.form[name] for name in _TOLD if request.form.get(name)}
    photo_id = kept(file, request.headers.get("Idempotency-Key") or None, said)
    return json_answer({"photo_id": photo_id}, status=201)


@blueprint.get("/photos/<photo_id>")
@permission("view_case")
def show(photo_id: str) -> Response:
    """Show a photo as ``size`` asks: ``thumb``, ``screen`` or ``full``."""
    size = request.args.get("size", "screen")
    sent = desk.store().photos.of([photo_id]).get(photo_id)
    if sent is None:
        raise NotFound("photos.no_such", photo_id=photo_id)
    if current_user.name not in {one.actor for one in sent} and not _hangs_in_sight(photo_id):
        raise NotAllowed("photos.other_case")
    path = files().path(photo_id, size)
    if sent[0].erased_at is not None:
        raise NotFound("photos.gone", photo_id=photo_id)
    if not path.is_file():
        raise NotFound("photos.lost", photo_id=photo_id)
    answer = Response(path.read_bytes(), mimetype="image/jpeg")
    # its name is of its content: a browser that has it asks only whether it still may
    answer.set_etag(f"{photo_id}-{size}")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Cookie")
    answer.make_conditional(request)
    return answer


def _hangs_in_sight(photo_id: str) -> bool:
    """Tell whether the person may see a case, or gives the work of a visit, that shows a photo."""
    if may("assign") and desk.store().visits.shows(photo_id):
        return True
    for case_id in desk.store().photos.case_ids(photo_id):
        with suppress(NotAllowed, NotFound):
            cases.seen(case_id)
            return True
    return False
