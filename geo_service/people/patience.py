"""How long to wait after wrong tries to sign in."""

from datetime import datetime, timedelta

FREE_TRIES = 2
LONGEST = timedelta(minutes=15)
_NONE = timedelta(0)


def delay_after(failures: int, last_failure: datetime | None, now: datetime) -> timedelta:
    """Return how long the next try has to wait from `now`.

    Two wrong tries are free; from the third the wait is 1, 2, 4 ... seconds, 15 minutes at most.
    A clock that was set back to before the last one lets everybody try.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 6, 29, 12, tzinfo=UTC)
    >>> [delay_after(n, noon, noon).seconds for n in (2, 3, 4, 5, 50)]
    [0, 1, 2, 4, 900]
    """
    if failures <= FREE_TRIES or last_failure is None or now < last_failure:
        return _NONE
    wait = min(timedelta(seconds=2.0 ** min(failures - FREE_TRIES - 1, 20)), LONGEST)
    return max(last_failure + wait - now, _NONE)
