"""Counters that workers share."""

import os
import re

import pytest

from geo_service.web import create_app
from geo_service.web.base.traffic import BOUNDS, Counts


def value(text, name):
    return float(re.search(rf"^{re.escape(name)} (.+)$", text, re.MULTILINE)[1])


def test_requests_errors_and_how_long_they_took():
    counts = Counts()
    for status, seconds in [(200, 0.004), (304, 0.02), (404, 0.3), (500, 9.0)]:
        counts.add(status, seconds)
    text = counts.text()
    assert value(text, 'geo_service_requests_total{status="2xx"}') == 1
    assert value(text, 'geo_service_requests_total{status="1xx"}') == 0
    assert value(text, "geo_service_errors_total") == 1
    buckets = [value(text, f'geo_service_request_seconds_bucket{{le="{one}"}}') for one in BOUNDS]
    assert buckets == [1, 2, 2, 2, 2, 3, 3, 3, 3]
    assert value(text, 'geo_service_request_seconds_bucket{le="+Inf"}') == 4
    assert value(text, "geo_service_request_seconds_count") == 4
    assert value(text, "geo_service_request_seconds_sum") == 9.324


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_workers_tell_the_sum_of_all():
    counts = Counts()
    counts.add(200, 0.1)
    child = os.fork()
    if child == 0:
        counts.add(200, 0.1)
        os._exit(0)
    os.waitpid(child, 0)
    assert value(counts.text(), "geo_service_request_seconds_count") == 2


def test_answers_are_counted_and_a_monitors_questions_are_not(settings, store, clock):
    counts = Counts()
    client = create_app(settings, store, clock, counts).test_client()
    for path in ("/sign-in", "/nothing-here", "/healthz", "/readyz"):
        client.get(path)
    text = counts.text()
    assert value(text, 'geo_service_requests_total{status="2xx"}') == 1
    assert value(text, "geo_service_request_seconds_count") == 2
