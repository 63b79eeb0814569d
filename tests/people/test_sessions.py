from datetime import UTC, datetime, timedelta

import pytest

from geo_service.people import IDLE, LASTS, stands

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("seen", "ended", "now", "stood"),
    [
        (NOON, None, NOON + IDLE - MINUTE, True),
        (NOON, None, NOON + IDLE, False),
        (NOON + LASTS - MINUTE, None, NOON + LASTS - MINUTE, True),
        (NOON + LASTS - MINUTE, None, NOON + LASTS, False),
        (NOON, NOON + MINUTE, NOON + 2 * MINUTE, False),
        (NOON, None, NOON - timedelta(days=1), True),
    ],
    ids=["used", "idle", "long", "too long", "ended", "clock set back"],
)
def test_how_long_a_session_stands(seen, ended, now, stood):
    assert stands(NOON, seen, ended, now) is stood
