"""Working days and shifts, as people write them."""

from datetime import date

import pytest

from geo_service.measure import shift_minutes, works_on

SUNDAY, MONDAY = date(2026, 6, 28), date(2026, 6, 29)


@pytest.mark.parametrize(
    "text",
    ["1-5", "1,2,3,4,5", "12345", "mon-fri", "Mon Tue Wed Thu Fri", "一至五", "周一 二 三 四 五"],
)
def test_ways_to_write_monday_to_friday(text):
    assert works_on(text, MONDAY)
    assert not works_on(text, SUNDAY)


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ((480.0, "08:00", "17:00"), 480.0),
        ((None, "08:00", "17:30"), 570.0),
        ((0.0, "22:00", "06:00"), 480.0),
        ((None, "8", "17:00"), None),
        ((None, None, None), None),
        ((None, "08:00", "08:00"), None),
    ],
)
def test_how_long_a_shift_is(told, minutes):
    assert shift_minutes(*told) == minutes
