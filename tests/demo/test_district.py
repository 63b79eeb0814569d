"""The whole district, moved by weeks."""

from datetime import date

import pandas as pd

from geo_service.demo import demo_district


def test_moved_by_whole_weeks(demo):
    later = demo_district(end=date(2026, 7, 15))
    assert later.end == date(2026, 7, 13)
    shift = pd.Timedelta(weeks=2)
    same = demo.reports.assign(
        **{
            name: demo.reports[name] + shift
            for name in ("reported_at", "fixed_at", "verified_at", "closed_at")
        }
    )
    pd.testing.assert_frame_equal(later.reports, same)
    assert later.truth["rebounding"] == demo.truth["rebounding"]


def test_a_sunday_as_end_shows_the_sunday_before():
    assert demo_district(end=date(2026, 7, 5)).end == date(2026, 6, 29)
