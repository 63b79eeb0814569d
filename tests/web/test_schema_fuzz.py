"""No JSON address answers 5xx, whatever fits its description or just does not; by a fixed seed."""

from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from geo_service.web.pages.case import FIELDS
from tests.web.conftest import token
from tests.web.openapi import QUERIES, description

EXAMPLES = 20


@pytest.fixture
def asking(app, as_role):
    """Return what a supervisor sends with all, and somebody who has not signed in."""

    def said(client, path):
        mark = token(client, path)
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        cookies = {cookie.key: cookie.value}
        return {"headers": {"X-CSRFToken": mark}, "cookies": cookies}

    asking = {"supervisor": said(as_role("supervisor"), "/")}
    return asking | {"nobody": said(app.test_client(), "/sign-in")}


@pytest.fixture
def schema(app):
    app.testing = False  # what fails is answered as people see it
    made = schemathesis.openapi.from_dict(description(app, sorted(FIELDS)))
    made.app = app
    return made


def operations(schema):
    return [found.ok() for found in schema.get_all_operations()]


def answers(operation, mode, asking):
    """Send what the description gives, as each who asks; return who got what for which request."""
    got = []

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        request = (case.method, case.formatted_path, case.query, case.body)
        for who, said in asking.items():
            got.append((who, case.call(**said).status_code, request))

    # what takes nothing, or any text, cannot be told anything that does not fit
    with suppress(Unsatisfiable):
        send()
    return got


def test_every_address_is_described(app, schema):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert len(operations(schema)) == len(rules) > 15
    assert set(QUERIES) <= {rule.endpoint for rule in rules}


def test_nothing_is_answered_5xx(schema, asking):
    wrong, done = [], set()
    for operation in operations(schema):
        for mode in GenerationMode:
            got = answers(operation, mode, asking)
            wrong += [one for one in got if one[1] >= 500]
            done |= {(who, operation.label) for who, status, _ in got if status < 300}
    assert not wrong
    # most get past the door, and none without having signed in
    assert {who for who, _ in done} == {"supervisor"}
    assert len(done) > 0.75 * len(operations(schema))
