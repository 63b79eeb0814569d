"""A district of one's own begins: the demo leaves, and its crew leaders with it."""

from datetime import datetime

from geo_service.store import Chain, PhotoFiles, Store
from geo_service.terms import BadUse, Conflict

_LONGEST = 40


def begin_district(
    store: Store,
    name: str,
    *,
    now: datetime,
    chain: Chain | None = None,
    files: PhotoFiles | None = None,
) -> None:
    """Empty a demo's store for a district called `name`.

    Presets stay, and accounts: those of the demo that lead one of its crews are closed. The log of
    events begins anew, and so do its `chain` and the `files` of photos.

    Raises
    ------
    BadUse
        If the name is empty or too long.
    Conflict
        If the store holds no demo: what is real is never thrown away.
    """
    if not 0 < len(name) <= _LONGEST:
        raise BadUse("pipeline.bad_district_name", longest=_LONGEST)
    with store.writer("begin"), store.transaction():
        district = store.district.get()
        if not district.demo:
            raise Conflict("pipeline.no_demo")
        store.empty()
        store.district.set(name_zh=name, name_en=name, presets=district.presets)
        for account in store.accounts.list():
            if account.demo and (account.crew_id or account.unit_id):
                store.accounts.disable(account.name, now)
    if chain is not None:
        chain.put_away(now)
    if files is not None:
        files.put_away(now)
