"""One district of ``benchmarks/demo_findings.py``: the planted is found by rank and verdict."""

import numpy as np
import pytest

from benchmarks import demo_findings
from benchmarks.demo_findings import Found, judge, main, means

NOTHING = Found(**dict.fromkeys(Found.__dataclass_fields__, 0))


@pytest.fixture(scope="module")
def found():
    return judge(1)


def test_what_rebounds_is_at_the_top_of_the_list(found):
    # the list is ordered by how many come back, not by how likely: by chance there were .6
    assert found.ranked >= 4


def test_what_is_not_there_is_not_called_hot_or_surely_worse(found):
    assert found.hot >= 1
    assert found.hot_wrong <= 2
    assert found.worse_wrong <= 2


def test_what_emerges_and_fades_has_its_word_and_nothing_else_has(found):
    assert found.rising >= 2
    assert found.easing >= 2
    assert found.rising_wrong + found.easing_wrong <= 1


def test_trends_of_gi_star_come_up_about_as_often_as_its_test_errs(found):
    assert found.up + found.down >= 2
    assert found.up_wrong < 0.2
    assert found.down_wrong < 0.2


def test_no_area_that_nobody_visits_is_called_clean_and_no_visited_one_unseen(found):
    assert (found.unseen, found.clean, found.unseen_wrong) == (5, 0, 0)


def test_figures_are_means_and_less_than_asked_is_told(capsys, monkeypatch):
    words = {"rising": 2, "easing": 2}
    one, other = (Found(**{**vars(NOTHING), "ranked": n, **words}) for n in (5, 4))
    assert means([one, other])["ranked"] == pytest.approx(np.mean([5, 4]))
    monkeypatch.setattr(demo_findings, "judge", lambda seed: (one, other)[seed - 1])
    assert main(["--seeds", "2", "--processes", "1"]) == 1
    assert "less than asked" in capsys.readouterr().out
