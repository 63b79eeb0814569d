"""Codes of an authenticator (TOTP, RFC 6238): six figures, another every 30 seconds."""

import base64
from collections.abc import Callable
from datetime import datetime

import pyotp

_BYTES = 20
_SECONDS = 30


def secret_of(draw: Callable[[int], bytes]) -> str:
    """Return a new secret, as authenticators read it, from so many bytes that `draw` gives.

    >>> secret_of(bytes)
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return base64.b32encode(draw(_BYTES)).decode("ascii")


def link_of(secret: str, name: str, issuer: str) -> str:
    """Return the otpauth address by which an authenticator takes a secret in."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime, after: int | None) -> int | None:
    """Return the 30 seconds, counted since 1970, whose code `code` is; None if it is wrong.

    Those before and after `now` are looked at too, as clocks differ; none up to `after`: a code is
    taken once.
    """
    typed = "".join(code.split())
    here = int(now.timestamp()) // _SECONDS
    for step in (here - 1, here, here + 1):
        right = pyotp.HOTP(secret).at(step)
        if pyotp.utils.strings_equal(typed, right) and (after is None or step > after):
            return step
    return None
