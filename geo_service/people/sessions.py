"""How long a session stands."""

from datetime import datetime, timedelta

LASTS = timedelta(hours=12)
"""How long a session stands at most."""

IDLE = timedelta(minutes=60)
"""How long it stands while nobody uses it."""


def stands(begun: datetime, seen: datetime, ended: datetime | None, now: datetime) -> bool:
    """Tell whether a session stands at `now`.

    Parameters
    ----------
    begun, seen, ended
        When it began, was last used, and was ended, None if nobody did.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 6, 29, 12, tzinfo=UTC)
    >>> stands(noon, noon, None, noon + IDLE / 2), stands(noon, noon, None, noon + IDLE)
    (True, False)
    """
    return ended is None and now < begun + LASTS and now < seen + IDLE
