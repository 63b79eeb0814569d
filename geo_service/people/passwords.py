"""Passwords: kept as salted scrypt, compared in constant time."""

import base64
import binascii
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable

from geo_service.terms import BadInput

MIN_LENGTH = 10
_MAX_LENGTH = 1000
_COST, _BLOCK, _PARALLEL = 15, 8, 1
# No 0, O, 1, l, I: a one-time password is read from a screen and typed.
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def hash_password(password: str, salt: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return what is kept of a password: scheme, parameters, salt and hash.

    Raises
    ------
    BadInput
        If it is too short or too long.
    """
    if len(password) < MIN_LENGTH:
        raise BadInput("people.password_short", least=MIN_LENGTH)
    if len(password) > _MAX_LENGTH:
        raise BadInput("people.password_long", most=_MAX_LENGTH)
    salted = salt(16)
    digest = _scrypt(password, salted, _COST, _BLOCK, _PARALLEL)
    parameters = f"{_COST},{_BLOCK},{_PARALLEL}"
    return f"scrypt${parameters}${_write(salted)}${_write(digest)}"


def verify_password(password: str, kept: str | None) -> bool:
    """Tell whether `password` is the one `kept`; no account is None, and takes as long."""
    scheme, _, rest = (kept or _NOBODY).partition("$")
    try:
        parameters, salt, digest = rest.split("$")
        cost, block, parallel = (int(part) for part in parameters.split(","))
        wanted = base64.b64decode(digest, validate=True)
        salted = base64.b64decode(salt, validate=True)
    except (ValueError, binascii.Error):
        return False
    if scheme != "scrypt" or len(password) > _MAX_LENGTH:
        return False
    equal = hmac.compare_digest(_scrypt(password, salted, cost, block, parallel), wanted)
    return equal and kept is not None


def one_time_password(choice: Callable[[str], str] = secrets.choice) -> str:
    """Return a new password to be shown once.

    >>> one_time_password(lambda letters: letters[0])
    'aaaa-aaaa-aaaa-aaaa'
    """
    return "-".join("".join(choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    # Two keyboards write one character in different ways; full-width forms are the same letter.
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    room = 128 * block * (2**cost + parallel + 2) * 2
    return hashlib.scrypt(text, salt=salt, n=2**cost, r=block, p=parallel, maxmem=room, dklen=32)


def _write(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


_NOBODY = f"scrypt${_COST},{_BLOCK},{_PARALLEL}${_write(bytes(16))}${_write(bytes(32))}"
