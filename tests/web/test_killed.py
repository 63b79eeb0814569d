"""A server that is killed a few times; ``make soak`` kills it a hundred times on both databases."""

from tests.flow.one_database import backend  # noqa: F401
from tests.web.killing import DOORS, killed


def test_what_was_sent_to_a_server_that_was_killed_is_there_once(store_url, tmp_path):
    came = killed(store_url, tmp_path, kills=len(DOORS))
    assert came.total() == len(DOORS)
