import json

import pandas as pd


def test_a_token_is_printed_once_and_kept_as_a_hash(run, store):
    got = run("token", "add", "gis", "--scope", "read", "--days", "30")
    (key,) = got.out.splitlines()
    assert len(key) >= 40
    kept = store.tokens.find(key)
    assert (kept.name, kept.scope, kept.role) == ("gis", "read", "viewer")
    assert key not in str(kept)
    assert key not in run("token", "list").out
    assert run("token", "list").out.startswith("gis\tread\tviewer\t")


def test_it_ends_when_it_is_revoked_and_its_name_stays_its_own(run, store):
    key = run("token", "add", "gis", "--scope", "read").out.strip()
    assert run("token", "revoke", "gis").code == 0
    assert store.tokens.find(key).revoked_at is not None
    assert run("token", "revoke", "gis").code == 1
    assert run("token", "add", "gis", "--scope", "read").code == 1
    rows = json.loads(run("audit", "--format", "json").out)
    assert [row["action"] for row in rows] == ["revoked_token", "added_token"]


def test_a_token_of_a_unit_needs_one_that_there_is(run, store):
    store.units.upsert(pd.DataFrame({"unit_id": ["U1"]}))
    assert run("token", "add", "a", "--scope", "write", "--unit", "U1").code == 0
    assert run("token", "add", "b", "--scope", "write", "--unit", "U9").code == 1
    assert run("token", "add", "b", "--scope", "write", "--role", "unit").code == 2
    assert run("token", "add", "b", "--scope", "read", "--role", "office", "--unit", "U1").code == 2
    assert run("token", "add", "b", "--scope", "write").code == 2
    assert run("token", "add", "b", "--scope", "read", "--role", "admin").code == 2
