"""Photos: taken in, hung on events, shown by a site's episodes, deleted when their time is over.

``files`` are the store's :class:`~geo_service.store.PhotoFiles`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from geo_service import intake
from geo_service.flow.cases import CaseFile, told_events
from geo_service.flow.report_fields import degrees, moment_of
from geo_service.store import Chain, NearCase, Photo, PhotoFiles, Store, digest_of
from geo_service.terms import BadInput, Conflict

_AHEAD = timedelta(hours=1)


class Shown(NamedTuple):
    """A photo, and the event that shows it: fields of EVENTS."""

    photo: Photo
    event: Mapping[str, Any]


class Episode(NamedTuple):
    """A case of a site with its photos: those of before it was fixed, and those of after."""

    case: NearCase
    before: list[Shown]
    after: list[Shown]


def keep_photo(
    store: Store,
    files: PhotoFiles,
    data: bytes,
    *,
    actor: str,
    now: datetime,
    key: str | None = None,
    said: Mapping[str, Any] | None = None,
) -> str:
    """Take a photo into `files` and return its id, which is of its content.

    Parameters
    ----------
    data
        The file as it came.
    actor
        The account that sends it.
    key
        Under which the sender keeps it: the same one again is answered, and changes nothing.
    said
        What a phone took out of the file before it was sent: ``taken_at``, ``lon`` and ``lat``
        (degrees, WGS 84); goes before what the file says.

    Raises
    ------
    BadInput
        If it is no photo, or names the field that cannot be used.
    Conflict
        If the key was used for another photo.
    """
    came = digest_of(data)
    known = None if key is None else store.photos.by_key(actor, key)
    if known is not None:
        if known.came != came:
            raise Conflict("photos.key_used")
        if known.erased_at is None:
            return known.photo_id
    read = intake.read_photo(data)
    zone = store.district.get().timezone
    taken, lon, lat = _taken(said or {}, read, zone)
    # no clock of a camera knows what is to come
    taken = None if taken is None or taken > now + _AHEAD else taken
    photo_id = files.keep(read.sizes)
    screen, thumb = (digest_of(read.sizes[size]) for size in ("screen", "thumb"))
    photo = Photo(photo_id, actor, now, came, screen, thumb, taken, lon, lat, key)
    store.photos.add(photo)
    return photo_id


def _taken(
    said: Mapping[str, Any],
    read: intake.PhotoIn,
    zone: str,
) -> tuple[datetime | None, float | None, float | None]:
    taken = read.taken_at
    if said.get("taken_at"):
        taken = moment_of("taken_at", said["taken_at"], zone)
    elif taken is not None and taken.tzinfo is None:
        taken = taken.replace(tzinfo=ZoneInfo(zone))
    if said.get("lon") and said.get("lat"):
        return taken, degrees("lon", said["lon"], 180), degrees("lat", said["lat"], 90)
    return taken, read.lon, read.lat


def check_photos(
    store: Store, said: Mapping[str, Any], actor: str, events: Iterable[Mapping[str, Any]] = ()
) -> None:
    """Let those photos alone be named that `actor` sent, or that `events` of the case show already.

    Raises
    ------
    BadInput
        Names the photo that may not.
    """
    hang = {one for event in events for one in photo_ids(event)}
    sent = store.photos.of(photo_ids(said))
    for photo_id in photo_ids(said):
        if photo_id not in hang and actor not in {one.actor for one in sent.get(photo_id, ())}:
            raise BadInput("photos.not_yours", field="photo_ids", value=photo_id)


def photo_ids(event: Mapping[str, Any]) -> list[str]:
    """Return the photos that an event names."""
    return [one for one in (event.get("photo_ids") or "").split(";") if one]


def photos_of(store: Store, events: list[dict[str, Any]]) -> list[Shown]:
    """Return the photos of events, in their order; those of an event that was taken back are not.

    Parameters
    ----------
    events
        Fields of EVENTS and `stands`.
    """
    named = [(one, event) for event in events if event["stands"] for one in photo_ids(event)]
    known = {key: sent[0] for key, sent in store.photos.of({one for one, _ in named}).items()}
    return [Shown(known[one], event) for one, event in named if one in known]


def episodes_of(store: Store, file: CaseFile) -> list[Episode]:
    """Return the cases of the site of `file`, oldest first, each with its photos."""
    cases = store.live.cases_of([file.case.site_id])
    others = [one.case_id for one in cases if one.case_id != file.case.case_id]
    log = told_events(store.events.of(others)) if others else []
    episodes = []
    for case in sorted(cases, key=attrgetter("episode")):
        mine = case.case_id == file.case.case_id
        its = file.events if mine else [one for one in log if one["case_id"] == case.case_id]
        fixes = [one["number"] for one in its if one["kind"] == "fixed" and one["stands"]]
        first = min(fixes, default=float("inf"))
        shown = photos_of(store, its)
        before = [one for one in shown if one.event["number"] < first]
        episodes.append(Episode(case, before, shown[len(before) :]))
    return episodes


def erase_photos(
    store: Store, files: PhotoFiles, chain: Chain, days: int, *, now: datetime
) -> list[str]:
    """Delete the photos that were sent more than `days` days ago from `files`; returns their ids.

    That the service did so is noted under the key of `chain`, so that no fault is found in it.
    """
    old = store.photos.older(now - timedelta(days=days))
    for photo_id in old:
        # should it be killed in between, it does both the next time
        files.erase(photo_id)
        store.photos.erase(photo_id, chain, now)
    return old
