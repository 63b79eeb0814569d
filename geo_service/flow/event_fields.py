"""What one event says, looked at field by field; what cannot be used is named with its value."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from geo_service.flow.report_fields import degrees, moment_of, text_of
from geo_service.terms import BadInput

TEXTS = {
    "kind": 30,
    "crew_id": 100,
    "unit_id": 100,
    "person": 100,
    "note": 2000,
    "reason": 100,
    "unit": 30,
    "target_case_id": 200,
    "category": 100,
}
"""Fields that are texts, and how many letters they have at most."""

LISTS = ("report_ids", "photo_ids")
"""Fields that hold ids, as a list or joined by ``;``."""

_LONGEST_LIST = 20_000
_MOST = 1e9


def checked_event(fields: Mapping[str, Any], timezone: str) -> dict[str, Any]:
    """Return the fields that say something, each in its type; lists joined by ``;``.

    ``measured`` tells whether the phone's clock was compared with the server's.

    Raises
    ------
    BadInput
        Names the field and its value.
    """
    said: dict[str, Any] = {}
    for name, value in fields.items():
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if name in TEXTS:
            said[name] = text_of(name, value, TEXTS[name])
        elif name in ("lon", "lat"):
            said[name] = degrees(name, value, 180 if name == "lon" else 90)
        elif name == "quantity":
            said[name] = number_of(name, value)
        elif name in ("at", "due_at"):
            said[name] = moment_of(name, value, timezone)
        elif name in LISTS:
            said[name] = id_list(name, value)
        elif name == "measured":
            said[name] = value is True
        else:
            raise BadInput("live.unknown_field", field=name, value=str(value)[:80])
    if "kind" not in said:
        raise BadInput("live.missing", field="kind")
    return said


def number_of(name: str, value: Any) -> float:  # noqa: ANN401 (it comes from outside)
    """Return a number that was sent, from 0 on.

    Raises
    ------
    BadInput
        Names the field and its value.
    """
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not isfinite(number) or not 0 <= number <= _MOST:
        raise BadInput("moves.no_number", field=name, value=str(value)[:80])
    return number


def id_list(name: str, value: Any) -> str:  # noqa: ANN401
    """Return ids that were sent, a list or joined by ``;``, joined so.

    Raises
    ------
    BadInput
        Names the field and its value.
    """
    parts = value.split(";") if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise BadInput("live.no_text", field=name, value=str(value)[:80])
    ids = [text_of(name, one, 200) for one in parts]
    joined = ";".join(dict.fromkeys(one for one in ids if one))
    return text_of(name, joined, _LONGEST_LIST)
