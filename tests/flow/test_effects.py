"""Campaigns and trials by way of a store: what is asked, what a run keeps, what is refused."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import shapely

from geo_service import flow
from geo_service.flow.effects import close_trial, draw_trial, effect
from geo_service.terms import BadUse, NotReady
from tests.flow.city import AREAS, feature, fill, row

START, WEEKS = datetime(2025, 1, 6, tzinfo=UTC), 60
NOW = START + timedelta(weeks=WEEKS)
BEGINS, ENDS = date(2026, 1, 5), date(2026, 1, 11)
IDS = [f"X{number}" for number in range(8)]
CORNERS = {area: 103.75 + 0.003 * number for number, area in enumerate(IDS)}


def rows():
    """Return some 25 cases a week in eight areas side by side; in X0 none in the last weeks."""
    rng, out = np.random.default_rng(2), []
    for week in range(WEEKS):
        for area, west in CORNERS.items():
            for _ in range(rng.poisson(4)):
                if area == "X0" and week >= WEEKS - 8:
                    continue
                at = START + timedelta(weeks=week, minutes=int(rng.integers(1, 9_000)))
                point = (
                    round(west + rng.random() * 2e-3, 6),
                    round(36.05 + rng.random() * 2e-3, 6),
                )
                closed = f"{at + timedelta(hours=5):%Y-%m-%d %H:%M}"
                out.append(row(str(len(out)), f"{at:%Y-%m-%d %H:%M}", point, closed_at=closed))
    return out


@pytest.fixture
def district(store, tmp_path):
    boxes = [
        feature(area, area, "alley", shapely.box(west, 36.05, west + 0.002, 36.052))
        for area, west in CORNERS.items()
    ]
    fill(store, tmp_path, rows(), [*boxes, AREAS[-1]])
    store.campaigns.add("X0", BEGINS, ENDS, ["X0"], "li", NOW)
    flow.refresh(store, now=NOW)
    return store


def test_a_run_keeps_the_effect_of_each_campaign_and_its_ring(district):
    run = district.runs.latest()
    (told,) = run.summary["effects"]
    assert (told["name"], told["begins"], told["ends"]) == ("X0", "2026-01-05", "2026-01-11")
    of = {one["group"]: one for one in told["rows"]}
    assert list(of) == ["all", "ring"]
    whole, ring = of["all"], of["ring"]
    assert (whole["areas"], whole["observed"]) == (1, 0)
    assert whole["first_week"] == "2026-W02"
    assert 10 < whole["expected"] < 35
    assert whole["high"] < 0
    assert ring["areas"] >= 1
    assert ring["low"] < 0 < ring["high"]
    shown = whole["shown"]
    assert len(shown["weeks"]) == len(shown["observed"]) == 26 + len(shown["expected"])
    assert shown["worked"] == 1
    by_hand = district.runs.series("cases", "*")
    place = district.runs.area_ids().index("X0")
    at = run.weeks.index("2026-W02")
    assert shown["observed"] == by_hand[place, at - 26 : at + len(shown["expected"])].tolist()
    assert effect(district, BEGINS, ENDS, areas=["X0"])[0] == whole


def test_what_cannot_be_asked_is_refused(district):
    for asked in ({"areas": ["nowhere"]}, {"crew": "C9"}, {}, {"areas": ["X0"], "category": "?"}):
        with pytest.raises(BadUse):
            effect(district, BEGINS, ENDS, **asked)
    with pytest.raises(BadUse):
        effect(district, ENDS, BEGINS, areas=["X0"])
    assert effect(district, date(2030, 1, 1), date(2030, 1, 2), areas=["X0"]) == []
    assert effect(district, date(2020, 1, 1), date(2020, 1, 2), areas=["X0"]) == []


def test_a_trial_is_drawn_kept_and_closed_by_the_draw_alone(district):
    begins = (NOW - timedelta(weeks=4)).date()
    with pytest.raises(BadUse):
        draw_trial(district, IDS, 7, begins, 1, 1, NOW)
    with pytest.raises(BadUse):
        draw_trial(district, ["X1", "X1", "X2", "X3"], 2, begins, 1, 1, NOW)
    trial = draw_trial(district, IDS, 4, begins, 4, 11, NOW)
    assert trial.probability == 0.5
    assert trial.begins.weekday() == 0
    assert [len(set(one)) for one in trial.drawn] == [4] * 4
    outcome = close_trial(district, trial.trial_id, NOW)
    assert outcome["drawn"] == outcome["others"] == 16
    weeks = slice(WEEKS - 4, WEEKS)
    assert outcome["cases_drawn"] + outcome["cases_others"] == int(
        district.runs.series("cases", "*")[:, weeks].sum()
    )
    assert district.trials.get(trial.trial_id).outcome == outcome
    coming = draw_trial(district, IDS, 4, None, 1, None, NOW)
    assert coming.begins > NOW.date()
    with pytest.raises(NotReady):
        close_trial(district, coming.trial_id, NOW)
