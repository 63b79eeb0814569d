"""No address answers 5xx, whatever its dates, numbers, texts and bodies are."""

import re
from itertools import product
from pathlib import Path

import pytest

from tests.web.conftest import token

_WORDS = [
    *("0001-01-01", "9999-12-31", "0001-W01", "9999-W52", "2026-W99", "\x00", "\ufffd", "9" * 40),
    *("-1", "1e308", "nan", "%", "../x", "*", "2026-02-30", "文", ",,,", "1,2,3,4", "a" * 5000),
]
_NAMES = [
    *("date", "from", "to", "week", "category", "kind", "subdistrict", "bbox", "page", "limit"),
    *("state", "crew", "lon", "lat", "layer", "weeks", "order", "sent", "id", "lang", "next"),
]
_DEEP = "[" * 100_000
_HERE = '{"category": "D02", "lon": 103.7, "lat": 36.0, %s}'
_STOP = '{"crew_id": "C1", "area_id": "A1", "date": "%s"}'
_BODIES = [
    *(_DEEP, '{"note": ' + _DEEP, '{"a":' * 50_000, '{"a":' * 900 + "1" + "}" * 900, "", "null"),
    *(_HERE % r'"description": "\ud800"', _HERE % r'"report_id": "a\u0000b"', r'{"\udfff": 1}'),
    *(_HERE % '"reported_at": "0001-01-01"', _HERE % '"reported_at": "9999-12-31T23:59:59-12:00"'),
    *(_HERE % '"reported_at": "0001-01-01T00:00:00+14:00"', _HERE % '"lat": NaN'),
    *(_HERE % f'"lon": {"1" * 400}', _HERE % f'"lon": {"1" * 5000}', _HERE % '"lat": 1e999'),
    *(_STOP % "0001-01-01", _STOP % "9999-12-31", '{"category": ["D02"]}', '{"category": true}'),
]


@pytest.fixture
def admin(as_role, monkeypatch):
    monkeypatch.setattr("geo_service.flow.jobs.spawn_worker", lambda settings: None)
    return as_role("admin")


def documented(method):
    """Return the addresses of docs/addresses.md that take `method`."""
    text = Path("docs/addresses.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(/[^`]*)` \| ([A-Z, ]+) \|", text, re.MULTILINE)
    return sorted({path for path, methods in rows if method in methods and path != "/sign-out"})


def filled(path, word):
    return re.sub(r"<[^>]+>", word.replace("%", "%25").replace("\x00", "%00"), path)


def test_no_date_number_or_text_in_an_address_is_answered_5xx(admin):
    wrong = []
    for path in documented("GET"):
        for word in _WORDS:
            addresses = [(filled(path, word), {})] if "<" in path else []
            usual = filled(path, "1").replace("<", "")
            # all at once, and those that are most often dates or numbers alone
            addresses.append((usual, dict.fromkeys(_NAMES, word)))
            addresses += [(usual, {name: word}) for name in ("date", "week", "page", "category")]
            for address, query in addresses:
                status = admin.get(address, query_string=query).status_code
                if status >= 500 and (address, status) != ("/readyz", 503):
                    wrong.append((address, query, status))
    assert wrong == []


@pytest.mark.parametrize("table", ["cases", "hotspots", "assignments", "rebounds", "areas"])
def test_from_the_first_year_to_the_last_is_everything(admin, table):
    every = admin.get(
        f"/exports/{table}.csv?week=all" if table == "hotspots" else f"/exports/{table}.csv"
    )
    span = admin.get(f"/exports/{table}.csv?from=0001-01-01&to=9999-12-31")
    assert (span.status_code, span.get_data()) == (200, every.get_data())


@pytest.mark.parametrize("query", ["date=0001-01-01", "date=9999-12-31", "date=1899-12-31"])
def test_a_day_of_no_calendar_in_use_is_refused_by_name(admin, query):
    for page in ("/board", "/crew"):
        answer = admin.get(f"{page}?{query}", headers={"Accept": "text/html"})
        assert answer.status_code == 400
        assert query[5:] in answer.get_data(as_text=True)


def test_no_body_is_answered_5xx(admin):
    headers = {"X-CSRFToken": token(admin), "Content-Type": "application/json"}
    for path, body in product(documented("POST"), _BODIES):
        status = admin.post(filled(path, "1"), data=body, headers=headers).status_code
        assert status < 500, (path, body[:60])
        assert path != "/api/reports" or 400 <= status < 429, body[:60]


def test_half_a_character_is_refused_and_a_whole_one_kept(admin, store):
    headers = {"X-CSRFToken": token(admin), "Content-Type": "application/json"}
    send = lambda text: admin.post("/api/reports", data=_HERE % text, headers=headers)  # noqa: E731
    assert send(r'"report_id": "w", "description": "\ud83d"').status_code == 400
    assert send(r'"report_id": "w", "description": "\ud83d\ude00"').status_code == 201
    assert store.reports.read(["description"], ids=["w"])["description"][0] == "😀"


def test_no_form_is_answered_5xx(admin):
    for path in documented("POST"):
        for word in _WORDS:
            form = dict.fromkeys(
                [*_NAMES, "name", "password", "as_of", "table", "preset", "crs"], word
            )
            form["csrf_token"] = token(admin)
            assert admin.post(filled(path, "1"), data=form).status_code < 500, (path, word)
