"""Whose fix it was."""

from tests.rebound.fixes import assigned, day, made
from tests.rebound.histories import spells


def test_a_fix_is_its_crews_that_had_the_area_last_while_the_case_was_open():
    fixes = spells(*({"start": start, "days": 300} for start in (10, 20, 30)))
    lists = assigned(
        ("early", "a", day(5)),  # before the first case was opened
        ("mine", "a", day(19)),
        ("later", "a", day(20)),
        ("other", "b", day(30)),
    )
    table = made(fixes, assignments=lists)
    rows = table[table["level"] == "crew"].set_index("key")
    assert rows["fixes"].to_dict() == {"later": 1}
    assert rows["closures"].to_dict() == {"later": 1}


def test_days_of_lists_are_the_districts():
    # fixed on Jan 16, 20:00 UTC: the 17th in Lanzhou
    fixes = spells({"start": 10 + 20 / 24, "days": 300})
    lists = assigned(("crew", "a", day(11)))
    here = made(fixes, assignments=lists, timezone="Asia/Shanghai")
    there = made(fixes, assignments=lists, timezone="UTC")
    assert (here["level"] == "crew").sum() == 1
    assert (there["level"] == "crew").sum() == 0
