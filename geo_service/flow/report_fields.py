"""What one report says, looked at field by field; what cannot be used is named with its value."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from geo_service.intake import AHEAD, FIRST
from geo_service.store import District
from geo_service.terms import BadInput

LIMITS = {
    "report_id": 200,
    "source": 100,
    "category": 100,
    "address": 500,
    "area_name": 200,
    "subdistrict": 200,
    "description": 4000,
}
"""Most letters of each text."""

PERSONAL = {"reporter_name": 100, "reporter_phone": 50}
"""The same of who reported it, which is kept apart."""

OPENING = (*LIMITS, "reported_at", "lon", "lat")
"""What a report says when it opens; what becomes of it comes in its source's file."""

_PRECISIONS = ("point", "address")
_SHOWN = 80


def checked(fields: Mapping[str, Any], *, now: datetime, district: District) -> dict[str, Any]:
    """Return the fields that say something, each in its type.

    Raises
    ------
    BadInput
        Names the field and its value.
    """
    unknown = sorted(set(fields) - {*OPENING, *PERSONAL, "precision"})
    if unknown:
        raise BadInput("live.unknown_field", field=unknown[0], value=_short(fields[unknown[0]]))
    given = {name: value for name, value in fields.items() if value is not None and value != ""}
    out: dict[str, Any] = {}
    for name, value in given.items():
        if name in LIMITS or name in PERSONAL:
            text = text_of(name, value, (LIMITS | PERSONAL)[name])
            if text:
                out[name] = text
        elif name == "reported_at":
            out[name] = _time(name, value, now, district)
    out |= _point(given, district)
    return out


def text_of(name: str, value: Any, most: int) -> str:  # noqa: ANN401 (it comes from outside)
    """Return a text that was sent, of at most `most` letters, without blanks around it.

    Raises
    ------
    BadInput
        Names the field and its value.
    """
    if not isinstance(value, str) or "\x00" in value:
        raise BadInput("live.no_text", field=name, value=_short(value))
    text = value.strip()
    if len(text) > most:
        raise BadInput("live.too_long", field=name, value=_short(text), most=most)
    return text


def moment_of(name: str, value: Any, timezone: str) -> datetime:  # noqa: ANN401
    """Return a moment that was sent, aware; without an offset it is local.

    Raises
    ------
    BadInput
        Names the field and its value.
    """
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(timezone))
        early = moment < FIRST
    except (TypeError, ValueError, OverflowError):
        raise BadInput("live.no_time", field=name, value=_short(value)) from None
    if early:
        raise BadInput("live.too_early", field=name, value=_short(value), first=FIRST.year)
    return moment


def _time(name: str, value: Any, now: datetime, district: District) -> datetime:  # noqa: ANN401
    moment = moment_of(name, value, district.timezone)
    if moment > now + AHEAD:
        raise BadInput("live.in_future", field=name, value=_short(value))
    # A clock that is a little ahead means now: nothing is known of what has not come.
    return min(moment, now)


def _point(given: Mapping[str, Any], district: District) -> dict[str, Any]:
    for name, other in (("lon", "lat"), ("lat", "lon")):
        if name in given and other not in given:
            raise BadInput("live.half_point", field=other, value="")
    if "lon" not in given:
        if "precision" in given:
            raise BadInput("live.no_precision", field="precision", value=_short(given["precision"]))
        return {}
    lon, lat = degrees("lon", given["lon"], 180), degrees("lat", given["lat"], 90)
    if lon == lat == 0:
        raise BadInput("live.outside", field="lon", value="0, 0")
    if district.region is not None:
        west, south, east, north = district.region
        if not (west <= lon <= east and south <= lat <= north):
            raise BadInput("live.outside", field="lon", value=f"{lon}, {lat}")
    precision = given.get("precision", "point")
    if precision not in _PRECISIONS:
        raise BadInput("live.no_precision", field="precision", value=_short(precision))
    return {"lon": lon, "lat": lat, "precision": precision}


def degrees(name: str, value: Any, most: int) -> float:  # noqa: ANN401
    """Return a number of degrees that was sent, at most `most` to either side.

    Raises
    ------
    BadInput
        Names the field and its value.
    """
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not isfinite(number) or abs(number) > most:
        raise BadInput("live.no_degrees", field=name, value=_short(value), most=most)
    return number


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
