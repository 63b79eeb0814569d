"""The JSON addresses as OpenAPI, made from the addresses that there are and what each may be told.

What fits has words that are known, so that most of it gets past the door; else there is anything.
"""

import re

WEEK = ["2026-W25", "2026-W26", "2026-W99"]
DAY = ["2026-06-26", "2026-06-28"]
ID = ["1", "2", "3", "A1", "S1"]
CATEGORY = ["*", "D01", "D02"]
LAYER = ["rebound", "hotspots", "cases", "forecast", "density", "coverage"]

KNOWN = {
    "week": WEEK,
    "date": DAY,
    "category": CATEGORY,
    "layer": LAYER,
    "kind": ["alley", "market", "grid"],
    "subdistrict": ["S1", "S2"],
    "bbox": ["103.7,36.0,103.8,36.1", "1,2,3,4"],
    "limit": ["1", "50"],
    "detail": ["full"],
    "weeks": ["1", "12", "52"],
    "what": ["cases", "rebounds", "unsolved"],
    "lon": ["103.702"],
    "lat": ["36.002"],
    "case_id": ID,
    "report_id": ID,
    "area_id": ID,
    "id": ID,
    "crew_id": ["C1", "C2"],
    "page": ["1", "2"],
    "sort": ["due"],
    "from": DAY,
    "to": DAY,
    "state": ["open", "fixed", "verified"],
    "unit": ["U1", "城管队"],
    "crew": ["C1"],
    "person": ["sun"],
    "community": ["西湖社区"],
    "unit_id": ["U1", "U2"],
    "version": ["1", "2"],
}
"""Words of a parameter that mean something in the sample district."""

QUERIES = {
    "api.areas": ["detail"],
    "api.values": ["category", "weeks", "what"],
    "api.worst": ["category", "kind", "subdistrict", "bbox", "limit", "date"],
    "api.zones": ["category", "week"],
    "api.summary": ["category", "week"],
    "cases.listed": [
        *("category", "kind", "subdistrict", "page", "sort", "from", "to", "state"),
        *("unit", "crew", "person", "community"),
    ],
    "tiles.shapes": ["id"],
    "assignments.remove": ["version"],
    "today.morning": ["date"],
    "reports.near": ["category", "lon", "lat"],
}
"""What may stand behind the question mark, by the endpoint."""

_SMALL = {"type": "integer", "minimum": 1, "maximum": 3}
_TEXT = {"type": "string", "nullable": True, "maxLength": 40}
_TIME = {"type": "string", "enum": [*DAY, "2026-06-27T08:00:00Z", "2026-06-27T23:59"]}
_POINT = {
    "lon": {"type": "number", "minimum": 103.69, "maximum": 103.77},
    "lat": {"type": "number", "minimum": 35.99, "maximum": 36.01},
}


def _word(name):
    return {"type": "string", "enum": KNOWN[name]}


def _number(name):
    # the first of them are there: they were made before, by the addresses that come before
    return _SMALL if name == "assignment_id" else {"type": "integer", "minimum": 0}


def _object(needed, **properties):
    return {"type": "object", "properties": properties, "required": needed}


_ASSIGNMENT = {
    "crew_id": _word("crew_id"),
    "area_id": _word("area_id"),
    "case_ids": {"type": "array", "items": _word("case_id"), "maxItems": 2},
    "date": _word("date"),
    "note": _TEXT,
    "locked": {"type": "boolean"},
    "force": {"type": "boolean"},
    "state": {"type": "string", "enum": ["proposed", "published"]},
}


def _event(kinds):
    return {
        "kind": {"type": "string", "enum": kinds},
        "at": _TIME,
        "due_at": _TIME,
        "crew_id": _word("crew_id"),
        "target_case_id": _word("case_id"),
        "report_ids": {"type": "array", "items": _word("report_id")},
        "category": _word("category"),
        "quantity": {"type": "number", "minimum": 0},
        "measured": {"type": "boolean"},
        "photo_ids": {"type": "array", "items": {"type": "string"}, "maxItems": 1},
        "unit_id": _word("unit_id"),
        "note": {"type": "string", "minLength": 1, "maxLength": 40},
        **dict.fromkeys(("reason", "person", "unit"), _TEXT),
        **_POINT,
    }


def _bodies(kinds):
    event = _event(kinds)
    row = _object(["kind"], case_id=_word("case_id"), idempotency_key=_TEXT, **event)
    texts = ("source", "address", "area_name", "subdistrict", "description")
    return {
        "reports.take": _object(
            ["category"],
            category=_word("category"),
            report_id=_TEXT,
            reported_at=_TIME,
            **_POINT,
            **dict.fromkeys(texts, _TEXT),
        ),
        "placing.place": _object(["lon", "lat"], **_POINT),
        "photos.take": _object(["photo"], photo={"type": "string", "format": "binary"}, **_POINT),
        "assignments.assign": _object(["crew_id", "date"], **_ASSIGNMENT),
        "assignments.change": _object(
            ["version"], version=_SMALL, stop_order=_SMALL, **_ASSIGNMENT
        ),
        "assignments.visit": _object(
            ["started_at", "area_id"],
            area_id=_word("area_id"),
            started_at=_TIME,
            ended_at=_TIME,
            kind={"type": "string", "enum": ["cleanup", "patrol"]},
            track={"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
            quantity={"type": "number"},
            unit=_TEXT,
        ),
        "cases.act": _object(["kind", "note"], **event),
        "cases.act_often": _object(["events"], events={"type": "array", "items": row}),
    }


def description(app, kinds):
    """Return the description of `app`'s JSON addresses; `kinds` are those of events."""
    bodies, paths = _bodies(kinds), {}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        given = [
            {
                "name": name,
                "in": where,
                "required": where == "path",
                "schema": _number(name) if f"<int:{name}>" in rule.rule else _word(name),
            }
            for where, names in (
                ("path", sorted(rule.arguments)),
                ("query", QUERIES.get(rule.endpoint, [])),
            )
            for name in names
        ]
        said = {"parameters": given, "responses": {"default": {"description": "any"}}}
        if rule.endpoint in bodies:
            form = "multipart/form-data" if rule.endpoint == "photos.take" else "application/json"
            content = {form: {"schema": bodies[rule.endpoint]}}
            said["requestBody"] = {"required": True, "content": content}
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            paths.setdefault(path, {})[method.lower()] = said
    return {"openapi": "3.0.3", "info": {"title": "geo_service", "version": "1"}, "paths": paths}
