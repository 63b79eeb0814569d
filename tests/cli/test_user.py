import io
import sys

import pandas as pd
import pytest

from geo_service.people import verify_password
from geo_service.terms import ROLES


def stored(store, name):
    return store.accounts.get(name).password_hash


def test_a_new_account_prints_its_password_once_alone_on_stdout(run, store):
    got = run("user", "add", "ann", "--role", "office")
    assert got.code == 0
    (password,) = got.out.splitlines()
    assert password == password.strip()
    assert len(password) >= 12
    assert password not in got.err
    assert verify_password(password, stored(store, "ann"))
    assert password not in stored(store, "ann")


def test_two_accounts_have_two_passwords(run):
    first = run("user", "add", "ann", "--role", "viewer").out
    assert run("user", "add", "bob", "--role", "viewer").out != first


def test_a_password_from_stdin_is_not_printed(run, store, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long secret of mine\n"))
    got = run("user", "add", "ann", "--role", "admin", "--password-stdin")
    assert (got.code, got.out) == (0, "")
    assert verify_password("a long secret of mine", stored(store, "ann"))


@pytest.mark.parametrize("typed", ["", "\n", "x\n"])
def test_a_password_that_is_none_is_refused(run, store, monkeypatch, typed):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    got = run("user", "add", "ann", "--role", "admin", "--password-stdin")
    assert got.code in (1, 2)
    assert store.accounts.get("ann") is None


def test_someone_acts_for_a_unit_that_there_is(run, store):
    store.units.upsert(pd.DataFrame({"unit_id": ["U1"]}))
    assert run("user", "add", "zhao", "--role", "unit", "--unit", "U1").code == 0
    assert store.accounts.get("zhao").unit_id == "U1"
    got = run("user", "add", "qian", "--role", "unit", "--unit", "U9")
    assert (got.code, got.err) == (1, "There is no unit U9.\n")
    assert "zhao\tunit\tU1\t" in run("user", "list").out


@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_be_given(run, store, role):
    assert run("user", "add", "ann", "--role", role).code == 0
    assert store.accounts.get("ann").role == role


def test_a_crew_leader_leads_a_crew_that_exists(run, city, store):
    assert run("user", "add", "wang", "--role", "crew-leader", "--crew", "C1").code == 0
    assert store.accounts.get("wang").crew_id == "C1"
    got = run("user", "add", "li", "--role", "crew-leader", "--crew", "C9")
    assert (got.code, got.out) == (1, "")
    assert "C9" in got.err
    assert store.accounts.get("li") is None


def test_a_name_that_is_taken_is_refused_and_its_password_stays(run, store):
    run("user", "add", "ann", "--role", "viewer")
    before = stored(store, "ann")
    got = run("user", "add", "ann", "--role", "admin")
    assert (got.code, got.out) == (1, "")
    assert "ann" in got.err
    assert stored(store, "ann") == before


def test_accounts_are_listed_without_their_passwords(run, store):
    run("user", "add", "ann", "--role", "viewer")
    run("user", "add", "bob", "--role", "office")
    run("user", "disable", "ann")
    lines = [line.split("\t") for line in run("user", "list").out.splitlines()]
    assert lines == [["ann", "viewer", "", "disabled"], ["bob", "office", "", "enabled"]]


def test_an_account_is_closed_opened_and_given_a_new_password(run, store):
    run("user", "add", "ann", "--role", "viewer")
    run("user", "disable", "ann")
    assert store.accounts.get("ann").disabled
    run("user", "enable", "ann")
    assert not store.accounts.get("ann").disabled
    before = stored(store, "ann")
    password = run("user", "password", "ann").out.strip()
    assert stored(store, "ann") != before
    assert verify_password(password, stored(store, "ann"))


@pytest.mark.parametrize("command", ["disable", "enable", "password"])
def test_who_does_not_exist_cannot_be_changed(run, command):
    got = run("user", command, "nobody")
    assert (got.code, got.out) == (1, "")
    assert "nobody" in got.err


def test_a_lost_authenticator_is_taken_away(run, store):
    run("user", "add", "ann", "--role", "office")
    store.accounts.set_second("ann", "A" * 32, 1)
    assert run("user", "second-factor", "ann").code == 2
    assert store.accounts.get("ann").second_secret is not None
    assert run("user", "second-factor", "ann", "--off").code == 0
    assert store.accounts.get("ann").second_secret is None
    assert store.audit.read()[0].action == "removed_second_factor"
    assert run("user", "second-factor", "bob", "--off").code != 0
