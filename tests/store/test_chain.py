"""The chain over the event log: what whoever owns the database alone does to it is named."""

import random

import pytest

from geo_service.store.chain import ERASABLE, Chain
from geo_service.terms import FRAMES, BadUse

COLUMNS = FRAMES["events"].names


@pytest.fixture
def chain(tmp_path):
    return Chain(b"a key outside the database", tmp_path / "chain.log")


def kept(chain, n=12, seed=0):
    """Return a log of `n` events of a few cases, kept one after the other."""
    draw = random.Random(seed)
    rows, heads = [], {}
    for number in range(1, n + 1):
        case = f"R{draw.randrange(4)}"
        event = dict.fromkeys(COLUMNS) | {
            "event_id": f"E{number}",
            "case_id": case,
            "kind": draw.choice(["dispatched", "fixed", "noted"]),
            "at": 1_000_000 * number,
            "received_at": 1_000_000 * number + 5,
            "actor": draw.choice(["li", "wang"]),
            "note": draw.choice([None, "三堆垃圾"]),
            "back_dated": False,
            "quantity": 2.5,
        }
        row = chain.sealed(event, number, heads.get(case), rows[-1]["running"] if rows else None)
        chain.note(row)
        rows.append(row)
        heads[case] = row["digest"]
    return rows


def test_a_log_as_it_was_kept_has_no_fault(chain):
    assert chain.faults(kept(chain)) == []


def test_an_erased_text_is_no_fault_and_a_changed_one_is(chain):
    rows = kept(chain)
    number = next(i for i, row in enumerate(rows) if row["note"])
    erased = [row | ({"note": None} if i == number else {}) for i, row in enumerate(rows)]
    assert chain.faults(erased) == []
    changed = [row | ({"note": "一堆"} if i == number else {}) for i, row in enumerate(rows)]
    assert [(one.what, one.number) for one in chain.faults(changed)] == [("changed", number + 1)]


def edited(rows, draw):
    i = draw.randrange(len(rows))
    name, value = draw.choice(
        [("kind", "verified"), ("actor", "zhao"), ("at", 7), ("crew_id", "C")]
    )
    return [row | ({name: value} if k == i else {}) for k, row in enumerate(rows)], "changed"


def deleted(rows, draw):
    i = draw.randrange(len(rows) - 1)
    return rows[:i] + rows[i + 1 :], "removed"


def inserted(rows, draw):
    one = draw.choice(rows) | {"number": len(rows) + 1, "event_id": "X", "digest": "hmac-sha256:00"}
    return [*rows, one], "added"


def reordered(rows, draw):
    i = draw.randrange(len(rows) - 1)
    rows = list(rows)
    a, b = rows[i], rows[i + 1]
    rows[i], rows[i + 1] = b | {"number": a["number"]}, a | {"number": b["number"]}
    return rows, "reordered"


def rolled_back(rows, draw):
    return rows[: draw.randrange(len(rows) - 1)], "rolled_back"


@pytest.mark.parametrize("tamper", [edited, deleted, inserted, reordered, rolled_back])
def test_what_was_done_is_named(tamper, tmp_path):
    missed = []
    for seed in range(40):
        chain = Chain(b"a key outside the database", tmp_path / f"{tamper.__name__}{seed}.log")
        rows, what = tamper(kept(chain, seed=seed), random.Random(seed))
        if what not in {one.what for one in chain.faults(rows)}:
            missed.append((seed, chain.faults(rows)))
    assert not missed


def test_what_was_written_without_the_key_is_added(chain, tmp_path):
    rows = kept(chain)
    other = Chain(b"some other key", tmp_path / "other.log")
    event = {name: rows[0][name] for name in COLUMNS} | {"event_id": "X"}
    forged = other.sealed(event, len(rows) + 1, rows[0]["digest"], rows[-1]["running"])
    assert [(one.what, one.number) for one in chain.faults([*rows, forged])] == [("added", 13)]


def test_after_a_roll_back_new_events_do_not_hide_it(chain):
    rows = kept(chain)
    back = rows[:5]
    event = {name: rows[0][name] for name in COLUMNS} | {"event_id": "E6b", "kind": "noted"}
    of_case = [row["digest"] for row in back if row["case_id"] == event["case_id"]]
    again = chain.sealed(event, 6, of_case[-1], back[-1]["running"])
    chain.note(again)
    assert "rolled_back" in {one.what for one in chain.faults([*back, again])}


def test_a_lost_log_is_told(chain):
    rows = kept(chain)
    chain.log.unlink()
    assert [one.what for one in chain.faults(rows)] == ["no_log"]


def test_a_line_cut_off_by_a_crash_is_no_fault(chain):
    rows = kept(chain)
    written = chain.log.read_text()
    for cut in (3, len(written.splitlines()[-1]) // 2):
        chain.log.write_text(written[:-cut])
        assert chain.faults(rows) == []
        chain.note(rows[-1])
        assert len(chain.noted()) == len(rows)


def test_sm3_goes_on_from_another_digest(chain):
    rows = kept(chain)
    sm3 = Chain(chain.key, chain.log, "hmac-sm3")
    event = {name: rows[0][name] for name in COLUMNS} | {"event_id": "S"}
    of_case = [row["digest"] for row in rows if row["case_id"] == event["case_id"]]
    row = sm3.sealed(event, 13, of_case[-1], rows[-1]["running"])
    sm3.note(row)
    assert row["digest"].startswith("hmac-sm3:")
    assert sm3.faults([*rows, row]) == [] == chain.faults([*rows, row])


def test_a_digest_nobody_knows_is_refused(tmp_path):
    with pytest.raises(BadUse, match="md5"):
        Chain(b"k", tmp_path / "log", "md5")


def test_what_can_be_erased_names_people_or_is_their_words():
    assert ERASABLE == ("note", "person")
