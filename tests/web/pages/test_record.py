"""The record: what was said, what came, and that nothing is claimed before there is enough."""

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd

from tests.web.conftest import run_tables

AT = datetime(2026, 6, 8, tzinfo=UTC)
SAID = pd.DataFrame({"area_id": ["A1"], "category": ["*"], "expected": [2.5]})


def test_nothing_sealed_is_said_so(as_role):
    assert "Nothing has been sealed" in page(as_role("viewer"))


def page(client):
    return client.get("/record?lang=en").get_data(as_text=True)


def test_statements_stand_with_what_came_of_them(as_role, store):
    for week in ("2026-W23", "2026-W24"):
        store.seals.add(week, "hot", SAID, sealed_at=AT, as_of=AT, late="retold")
    store.seals.score(store.seals.all()[0].number, {"labels": 4, "true": 3})
    store.seals.keep_record(
        {
            "hot": {"statements": 1, "labels": 4, "true": 3},
            "ranking": {
                "statements": 28,
                "rebounds": 200.0,
                "shown": 86.0,
                "simple": 80.0,
                "gain": 3.0,
                "low": -1.0,
                "high": 7.0,
                "better": False,
            },
        }
    )
    text = page(as_role("viewer"))
    assert "3 / 4 · 75 % came true" in text
    assert "86 / 200 · 43 %" in text
    assert "Not shown to be better" in text
    assert text.count('data-testid="seal"') == 2
    assert "re-told" in text
    assert "not over yet" in text
    assert str(store.seals.head()) in text


def test_too_few_to_compare_is_said(as_role, store):
    store.seals.add("2026-W23", "ranking", SAID, sealed_at=AT, as_of=AT)
    few = {"statements": 3, "rebounds": 20.0, "shown": 9.0, "simple": 8.0}
    nothing = dict.fromkeys(("gain", "low", "high", "better"))
    store.seals.keep_record({"ranking": few | nothing})
    assert "too few to compare" in page(as_role("viewer"))


def kept_of(used):
    """Return what a run keeps of a back-test in which one ranking was used."""
    one = {"trials": 9, "rebounds": 200, "rebounds_5": 80, "minus_ewma_5": [0.0, 0.0, 0.0]}
    other = one | {"rebounds_5": 86, "minus_ewma_5": [0.03, -0.01, 0.07]}
    rows = {"ewma": one, "site_model": other}
    rankings = [row | {"ranking": name, "used": name == used} for name, row in rows.items()]
    return {"used": used, "rankings": rankings}


def test_the_order_tried_on_the_past_is_told_with_counts_and_interval(as_role, store):
    store.runs.save(replace(run_tables(), params={"ranking": kept_of("site_model")}))
    text = page(as_role("viewer"))
    assert "86 / 200 · 43 %" in text
    assert "80 / 200 · 40 %" in text
    assert "+3.0 points against the average of cases (95 % interval -1.0 to +7.0)" in text
    assert "Nothing beat" not in text


def test_that_nothing_beat_the_average_is_said(as_role, store):
    store.runs.save(replace(run_tables(), params={"ranking": kept_of("ewma")}))
    assert "Nothing beat the average of cases" in page(as_role("viewer"))
