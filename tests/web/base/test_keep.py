"""The memory of a process keeps a few of each subject and forgets the longest unused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from geo_service.web.base.keep import Memory


def test_a_thing_is_made_once():
    memory, made = Memory(), []
    for _ in range(3):
        memory.get("areas", 4, (1,), lambda: made.append(1) or "shapes")
    assert made == [1]
    assert memory.get("areas", 4, (1,), lambda: "other") == "shapes"


def test_a_new_key_is_made_anew():
    memory = Memory()
    assert memory.get("areas", 4, (1,), lambda: "old") == "old"
    assert memory.get("areas", 4, (2,), lambda: "new") == "new"


def test_one_subject_does_not_push_out_another():
    memory = Memory()
    memory.get("areas", 4, (1,), lambda: "shapes")
    for week in range(5000):
        memory.get("rows", 512, (week,), lambda: "rows")
    assert memory.get("areas", 4, (1,), lambda: "made again") == "shapes"
    assert len(memory.kept["rows"]) < 1000


class Large:
    nbytes = 40_000_000


def test_large_things_go_sooner():
    memory = Memory()
    for week in range(20):
        memory.get("rows", 512, (week,), Large)
    assert [key[0] for key in memory.kept["rows"]] == [18, 19]
    assert memory.bytes["rows"] == 80_000_000


def test_threads_that_ask_at_once_wait_for_the_one_that_makes_it():
    memory, made, begun, go_on = Memory(), [], Event(), Event()

    def make():
        begun.set()
        assert go_on.wait(10)
        made.append(1)
        return "shapes"

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(memory.get, "areas", 4, (1,), make)
        assert begun.wait(10)
        others = [pool.submit(memory.get, "areas", 4, (1,), make) for _ in range(3)]
        # What they do not ask for is to be had meanwhile.
        assert memory.get("ground", 4, (1,), lambda: "river") == "river"
        go_on.set()
        assert {first.result(10), *(other.result(10) for other in others)} == {"shapes"}
    assert made == [1]


def test_where_making_fails_the_next_one_tries():
    memory = Memory()
    with pytest.raises(ZeroDivisionError):
        memory.get("areas", 4, (1,), lambda: 1 // 0)
    assert memory.get("areas", 4, (1,), lambda: "shapes") == "shapes"


def test_the_longest_unused_goes_first():
    memory = Memory()
    for number in range(4):
        memory.get("ground", 4, (number,), lambda: "made")
    memory.get("ground", 4, (0,), lambda: "made again")
    memory.get("ground", 4, (4,), lambda: "made")
    assert memory.get("ground", 4, (0,), lambda: "made again") == "made"
    assert memory.get("ground", 4, (1,), lambda: "made again") == "made again"


def test_nothing_is_a_value_too():
    memory, made = Memory(), []
    for _ in range(2):
        assert memory.get("series", 4, (1,), lambda: made.append(1)) is None
    assert made == [1]
