"""What is planned for the last two weeks: every step in its time and by who may."""

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from geo_service.demo.work import _daytime, plan_work

END = date(2026, 6, 29)
MIDNIGHT = pd.Timestamp(END, tz="Asia/Shanghai")


def cases(count=60):
    number = np.arange(count)
    opened = MIDNIGHT - pd.Timedelta(days=14) + pd.to_timedelta(number * 5.5 * 14 / count, unit="h")
    opened += pd.to_timedelta(number * 13 * 20 / count, unit="h")
    mended = pd.Series(opened + pd.to_timedelta(10, unit="h")).mask(number % 3 == 2)
    mended = (mended.dt.normalize() + pd.Timedelta(hours=34)).where(mended.notna())
    mended = mended.where(mended < MIDNIGHT)
    checked = mended + pd.Timedelta(hours=5)
    return pd.DataFrame(
        {
            "case_id": [f"R{one:03d}" for one in number],
            "category": np.array(["D01", "D02", "D03", "D04", "D10"])[number % 5],
            "area_id": [f"A{one % 9}" for one in number],
            "opened_at": pd.Series(opened).dt.tz_convert("UTC"),
            "lon": 103.7 + number * 0.001,
            "lat": 36.0,
            "unit_id": np.where(number % 4 == 0, "UN-01", "UN-02"),
            "rebounds": number % 3,
            "mended_at": mended.dt.tz_convert("UTC"),
            "checked_at": checked.dt.tz_convert("UTC"),
        }
    )


@pytest.fixture(scope="module")
def acts(demo):
    return plan_work(cases(), demo.crews, END, watched="A1", forgotten="A2")


def kinds(acts):
    return {one.said["kind"] for one in acts if one.what == "event"}


def test_every_kind_of_step_is_shown_in_order_of_time(acts):
    assert kinds(acts) >= {
        *("dispatched", "accepted", "returned", "postponed", "fixed", "verified", "failed"),
        *("cancelled", "merged", "noted", "cause", "measure"),
    }
    assert all(a.at <= b.at for a, b in pairwise(acts))
    assert acts[-1].at < MIDNIGHT


def test_no_step_is_before_its_case_and_who_checks_did_not_mend(acts):
    opened = cases().set_index("case_id")["opened_at"]
    mended = {}
    for one in acts:
        if one.what != "event":
            continue
        assert one.at >= opened[one.case_id]
        if one.said["kind"] == "fixed":
            mended[one.case_id] = one.actor
        elif one.said["kind"] in ("verified", "failed"):
            assert one.actor != mended[one.case_id]


def test_crews_have_lists_of_yesterday_and_today_on_days_that_they_work(acts, demo):
    given = [one.said for one in acts if one.what == "assignment"]
    assert {one["date"] for one in given} == {"2026-06-28", "2026-06-29"}
    works = demo.crews.set_index("crew_id")["weekdays"]
    assert all("7" in works[one["crew_id"]] for one in given if one["date"] == "2026-06-28")


def test_before_and_after_hang_on_a_dozen_cases(acts):
    shown = [(one.case_id, one.photo) for one in acts if one.photo]
    before = {case: place for case, (place, mended) in shown if not mended}
    after = {case: place for case, (place, mended) in shown if mended}
    assert before == after
    assert 10 <= len(before) <= 12


def test_rounds_lead_past_the_forgotten_area(acts):
    visited = {one.said["area_id"] for one in acts if one.what == "visit"}
    assert "A2" not in visited
    assert len(visited) >= 8


def test_nights_are_slept_through_and_order_stays():
    start, end = (pd.Timestamp(f"2026-06-2{day}T{at}Z") for day, at in ((4, "11:00"), (5, "04:00")))
    shares = [_daytime(start, end, share) for share in np.linspace(0, 1, 30)]
    assert shares == sorted(shares)
    assert all(6 <= at.tz_convert("Asia/Shanghai").hour < 20 for at in shares)
