import gzip
from importlib.resources import files

import pytest

from geo_service.people import MIN_LENGTH, hash_password, one_time_password, verify_password
from geo_service.terms import BadInput


def test_the_right_one_and_only_that():
    kept = hash_password("清水 and soap!", "wang")
    assert verify_password("清水 and soap!", kept)
    assert not verify_password("清水 and soap?", kept)
    assert not verify_password("", kept)
    assert "soap" not in kept


def test_equal_passwords_are_kept_differently_but_for_the_salt():
    assert hash_password("long enough now", "wang") != hash_password("long enough now", "wang")
    salted = [hash_password("long enough now", "wang", lambda n: b"s" * n) for _ in range(2)]
    assert salted[0] == salted[1]
    assert salted[0].startswith("scrypt$15,8,1$")


def test_letters_typed_another_way_are_the_same():
    kept = hash_password("ｐａｓｓ the word１２", "wang")
    assert verify_password("pass the word12", kept)


def test_parameters_are_read_from_what_was_kept():
    cheap = "scrypt$4,8,1$AAAAAAAAAAAAAAAAAAAAAA==$"
    import base64
    import hashlib

    digest = hashlib.scrypt(b"old password", salt=bytes(16), n=16, r=8, p=1, dklen=32)
    assert verify_password("old password", cheap + base64.b64encode(digest).decode())


@pytest.mark.parametrize("kept", ["", "scrypt$", "scrypt$a,b,c$AA==$AA==", "md5$1,1,1$AA==$AA=="])
def test_what_is_no_hash_lets_nobody_in(kept):
    assert not verify_password("long enough", kept)


def test_no_account_takes_as_long_and_lets_nobody_in(monkeypatch):
    asked = []

    def scrypt(text, **parameters):
        asked.append(parameters["n"])
        return bytes(32)

    monkeypatch.setattr("geo_service.people.passwords.hashlib.scrypt", scrypt)
    assert not verify_password("long enough", None)
    assert asked == [2**15]


def test_length():
    with pytest.raises(BadInput, match="at least 12 characters"):
        hash_password("abcde" * 2 + "x", "wang")
    with pytest.raises(BadInput, match="at most 1000"):
        hash_password("abcde" * 201, "wang")
    assert not verify_password("x" * 100_000, hash_password("long enough now", "wang"))


def test_one_time_passwords_differ_and_are_long_enough():
    several = {one_time_password() for _ in range(50)}
    assert len(several) == 50
    assert all(len(one) >= MIN_LENGTH for one in several)
    assert not set("0O1lI") & set("".join(several))


@pytest.mark.parametrize(
    "password",
    [
        "qwertyuiop[]",
        "QWERTYUIOP[]",
        "password1234",
        "!!!Password2026",
        "passwordpassword",
        "ｐａｓｓｗｏｒｄ１２３４",
        "123456789012",
        "2026-06-29 12:00",
        "abababababab",
        "wanghong2026!",
        "WangHong-2026",
        "wanghong/wanghong/"[:-1] + "/",
    ],
)
def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(BadInput, match="guessed"):
        hash_password(password, "wanghong")


@pytest.mark.parametrize("password", ["correct horse", "七里河区西津路的清水", "kF3-x9Qp-77zLm"])
def test_what_is_not_is_taken(password):
    password = password.ljust(MIN_LENGTH, "?")
    assert verify_password(password, hash_password(password, "wanghong"))


def test_ten_thousand_common_ones_are_known():
    packed = files("geo_service.people").joinpath("common_passwords.txt.gz").read_bytes()
    common = gzip.decompress(packed).decode().split()
    assert len(set(common)) > 10_000
    long_enough = [one for one in common if len(one) >= MIN_LENGTH]
    assert len(long_enough) > 100
    for one in long_enough:
        with pytest.raises(BadInput, match="guessed"):
            hash_password(one, "wanghong")
