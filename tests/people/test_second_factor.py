"""Codes of an authenticator: the right ones, each once, and a minute of clocks that differ."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from geo_service.people import link_of, secret_of, step_of

# RFC 6238, appendix B: the secret "12345678901234567890" and its codes, the last six figures
SECRET = secret_of(lambda n: b"12345678901234567890"[:n])


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(at, code):
    now = datetime.fromtimestamp(at, UTC)
    assert step_of(SECRET, code, now, None) == at // 30
    assert step_of(SECRET, f" {code[:3]} {code[3:]} ", now, None) == at // 30


def test_a_code_is_taken_once_and_by_clocks_that_differ_by_half_a_minute():
    now = datetime(2026, 6, 29, 4, tzinfo=UTC)
    code = pyotp.TOTP(SECRET).at(now)
    step = step_of(SECRET, code, now, None)
    assert step_of(SECRET, code, now, step) is None
    assert step_of(SECRET, code, now, step - 1) == step
    for seconds, good in ((-31, False), (-30, True), (59, True), (60, False)):
        found = step_of(SECRET, code, now + timedelta(seconds=seconds), None)
        assert (found == step) == good, seconds


@pytest.mark.parametrize("code", ["", "000000", "12345", "１２３４５６", "abcdef", "-1"])
def test_what_is_no_code_is_wrong(code):
    assert step_of(SECRET, code, datetime(2026, 6, 29, tzinfo=UTC), None) is None


def test_the_link_says_secret_name_and_house():
    link = urlsplit(link_of(SECRET, "王", "七里河区"))
    assert (link.scheme, link.netloc) == ("otpauth", "totp")
    asked = parse_qs(link.query)
    assert (asked["secret"], asked["issuer"]) == ([SECRET], ["七里河区"])


def test_two_secrets_differ():
    import secrets

    assert secret_of(secrets.token_bytes) != secret_of(secrets.token_bytes)
