"""What an address asks for: filters, a week, a category, a layer, a day; refused by name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask, request
from werkzeug.routing import IntegerConverter

from geo_service.measure import day_of
from geo_service.publish import Filter
from geo_service.terms import ALL_CATEGORIES, LAYERS, BadUse, NotFound
from geo_service.web.base import desk
from geo_service.web.base.keep import Kept
from geo_service.web.data.shapes import places

_SKILLS = Kept[dict[str, str]]("skills")


class _Whole(IntegerConverter):
    """A whole number in an address, as large as the store can hold one."""

    regex = r"\d{1,15}"


def init_app(app: Flask) -> None:
    """Refuse in every request of `app` what no answer can be made from."""
    app.url_map.converters["int"] = _Whole

    @app.before_request
    def check() -> None:
        given = [request.path, *request.args.values(), *request.form.values()]
        if any("\0" in text for text in given):
            raise BadUse("problems.http_400")


def asked(values: Mapping[str, str] | None = None) -> Filter:
    """Return the filters of the address or of `values`; kinds, categories, subdistricts exist.

    Raises
    ------
    BadUse
        Names what cannot be used.
    """
    question = Filter.parse(request.args if values is None else values)
    question.check(
        list(desk.kinds()["kind"]), list(desk.categories()["code"]), places().subdistricts
    )
    return question


def known_week(week: str) -> str:
    """Return `week` if the run has it.

    Raises
    ------
    NotFound
        Names the first and the last.
    """
    weeks = desk.run().weeks
    if week not in weeks:
        first, last = (weeks[0], weeks[-1]) if weeks else ("–", "–")
        raise NotFound("errors.no_such_week", week=week, first=first, last=last)
    return week


def last_week() -> str:
    """Return the week asked for by ``week=``, the run's last by default."""
    asked_for = request.args.get("week")
    weeks = desk.run().weeks
    return weeks[-1] if weeks and not asked_for else known_week(asked_for or "–")


def known_category(code: str) -> str:
    """Return `code` if it is a category or the sum of all.

    Raises
    ------
    NotFound
        Names those there are.
    """
    known = desk.categories()["code"]
    if code == ALL_CATEGORIES or code in set(known):
        return code
    listed = ", ".join([ALL_CATEGORIES, *known])
    raise NotFound("problems.no_such_category", category=code, known=listed)


def one_category() -> str:
    """Return the category asked for by ``category=``, the sum of all by default."""
    return known_category(request.args.get("category") or ALL_CATEGORIES)


def skills() -> dict[str, str]:
    """Return the skill that each category asks of a crew, where it asks any."""

    def read() -> dict[str, str]:
        table = desk.categories().dropna(subset=["skill"])
        return dict(zip(table["code"], table["skill"].astype(str), strict=True))

    return _SKILLS.of((desk.digest("categories"),), read)


def full() -> bool:
    """Tell whether shapes are asked for as they are, by ``detail=full``.

    Raises
    ------
    BadUse
        If the word is another.
    """
    value = request.args.get("detail") or "screen"
    if value not in ("screen", "full"):
        raise BadUse("problems.bad_detail", value=value)
    return value == "full"


def known_layer(layer: str) -> str:
    """Return `layer` if there is one of that name.

    Raises
    ------
    NotFound
        Names those there are.
    """
    if layer not in LAYERS:
        raise NotFound("problems.no_such_layer", layer=layer, known=", ".join(LAYERS))
    return layer


def json_body() -> dict[str, Any]:
    """Return the object that was sent.

    Raises
    ------
    BadUse
        If it is none.
    """
    try:
        sent: Any = request.get_json(silent=True)
        if isinstance(sent, dict) and _is_text(sent):
            return dict(sent)
    except RecursionError:
        pass
    raise BadUse("problems.not_json")


def _is_text(value: object) -> bool:
    """Tell whether all texts in what was sent can be kept: no NUL, no half of a character."""
    if isinstance(value, str):
        return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value)
    inside = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    return not isinstance(inside, list) or all(map(_is_text, inside))


def day(name: str = "date", text: str | None = None) -> date:
    """Return the day asked for by the parameter `name`, the district's today by default.

    Raises
    ------
    BadUse
        If it is no date.
    """
    value = text if text is not None else request.args.get(name)
    if not value:
        return desk.today()
    try:
        return day_of(value)
    except ValueError:
        raise BadUse("publish.bad_date", name=name, value=value) from None


def number(name: str, default: int, most: int) -> int:
    """Return the whole number asked for by `name`, between 1 and `most`.

    Raises
    ------
    BadUse
        If it is no such number.
    """
    value = request.args.get(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and int(value[:9]) > 0):
        raise BadUse("problems.bad_number", name=name, value=value, most=most)
    return min(int(value[:9]), most)
