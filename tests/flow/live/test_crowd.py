"""A short crowd; ``make soak`` lets 20 processes act on both databases."""

from tests.flow.live.crowd import crowd
from tests.flow.one_database import backend  # noqa: F401


def test_processes_at_one_case_and_its_neighbours_do_each_thing_once(store, tmp_path):
    came = crowd(store, tmp_path, processes=4, each=12)
    assert min(came["events"], came["reports"], came["refused"]) > 0, came
