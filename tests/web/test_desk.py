"""The memory of a process keeps a few of each subject and forgets the longest unused."""

from geo_service.web.desk import Memory


def test_a_thing_is_made_once():
    memory, made = Memory(), []
    for _ in range(3):
        memory.get(("areas", 1), lambda: made.append(1) or "shapes")
    assert made == [1]
    assert memory.get(("areas", 1), lambda: "other") == "shapes"


def test_a_new_key_is_made_anew():
    memory = Memory()
    assert memory.get(("areas", 1), lambda: "old") == "old"
    assert memory.get(("areas", 2), lambda: "new") == "new"


def test_one_subject_does_not_push_out_another():
    memory = Memory()
    memory.get(("areas", 1), lambda: "shapes")
    for week in range(500):
        memory.get(("rows", week), lambda: "rows")
    assert memory.get(("areas", 1), lambda: "made again") == "shapes"
    assert len(memory.kept["rows"]) < 100


def test_the_longest_unused_goes_first():
    memory = Memory()
    memory.get(("week", 1), lambda: "one")
    memory.get(("week", 2), lambda: "two")
    memory.get(("week", 1), lambda: "again")
    memory.get(("week", 3), lambda: "three")
    assert memory.get(("week", 1), lambda: "made again") == "one"
    assert memory.get(("week", 2), lambda: "made again") == "made again"


def test_nothing_is_a_value_too():
    memory, made = Memory(), []
    for _ in range(2):
        assert memory.get(("series", 1), lambda: made.append(1)) is None
    assert made == [1]
