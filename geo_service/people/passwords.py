"""Passwords: kept as salted scrypt, compared in constant time."""

import base64
import binascii
import gzip
import hashlib
import hmac
import secrets
import string
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from geo_service.terms import BadInput

MIN_LENGTH = 12
_MAX_LENGTH = 1000
_LEAST_DIFFERENT = 5
_AROUND = string.digits + string.punctuation + string.whitespace
_COST, _BLOCK, _PARALLEL = 15, 8, 1
# No 0, O, 1, l, I: a one-time password is read from a screen and typed.
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def hash_password(
    password: str, name: str, salt: Callable[[int], bytes] = secrets.token_bytes
) -> str:
    """Return what is kept of a password of the account `name`: scheme, parameters, salt, hash.

    Raises
    ------
    BadInput
        If it is too short or too long, or among what is guessed first.
    """
    if len(password) < MIN_LENGTH:
        raise BadInput("people.password_short", least=MIN_LENGTH)
    if len(password) > _MAX_LENGTH:
        raise BadInput("people.password_long", most=_MAX_LENGTH)
    if is_easily_guessed(password, name):
        raise BadInput("people.password_common")
    salted = salt(16)
    digest = _scrypt(password, salted, _COST, _BLOCK, _PARALLEL)
    parameters = f"{_COST},{_BLOCK},{_PARALLEL}"
    return f"scrypt${parameters}${_write(salted)}${_write(digest)}"


def is_easily_guessed(password: str, name: str) -> bool:
    """Tell whether `password` is a common one, the account's `name` or nearly so.

    Nearly: other case, digits and signs before or after, or the same few characters repeated.

    >>> is_easily_guessed("Password2026!", "wang"), is_easily_guessed("wanghong1234", "wanghong")
    (True, True)
    >>> is_easily_guessed("correct horse", "wanghong")
    False
    """
    text = _same(password).casefold()
    core, own = text.strip(_AROUND), _same(name).casefold()
    tried = {text, core, _repeated(core), _repeated(text).strip(_AROUND)}
    # Without a letter nothing is left of it.
    first = {own, own.strip(_AROUND), ""}
    return bool(tried & first or tried & _common()) or len(set(text)) < _LEAST_DIFFERENT


def _repeated(text: str) -> str:
    """Return the shortest piece that `text` is a repetition of."""
    sizes = range(1, len(text) + 1)
    return next((text[:n] for n in sizes if text == text[:n] * (len(text) // n)), text)


@cache
def _common() -> frozenset[str]:
    packed = files(__package__).joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))


def _same(text: str) -> str:
    # Two keyboards write one character in different ways; full-width forms are the same letter.
    return unicodedata.normalize("NFKC", text)


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
    text = _same(password).encode("utf-8", "surrogatepass")
    room = 128 * block * (2**cost + parallel + 2) * 2
    return hashlib.scrypt(text, salt=salt, n=2**cost, r=block, p=parallel, maxmem=room, dklen=32)


def _write(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


_NOBODY = f"scrypt${_COST},{_BLOCK},{_PARALLEL}${_write(bytes(16))}${_write(bytes(32))}"
