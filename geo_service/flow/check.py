"""Whether a store is as it was left: pages, log of events, photos, states, sealed statements."""

from datetime import timedelta

import numpy as np
import pandas as pd

from geo_service import link
from geo_service.flow.last_run import LastRun
from geo_service.store import Chain, Fault, PhotoFiles, Store

_OF_FACTS = ("reports", "events")


def faults_of(store: Store, chain: Chain, files: PhotoFiles) -> list[Fault]:
    """Return what is wrong with the log, by `chain`, the photos in `files`, the rest.

    Raises
    ------
    NotReady
        If a page of the database is damaged.
    """
    store.check_pages()
    with store.reading():
        return [
            *store.events.faults(chain),
            *_of_photos(store, chain, files),
            *_of_states(store),
            *(Fault("seal", number) for number in store.seals.faults()),
        ]


def _of_states(store: Store) -> list[Fault]:
    """Compare cases with what the last run made of them, and what was touched since with now."""
    last, stored = LastRun.of(store), store.cases.read().set_index("case_id")["state"]
    if last is None:
        return _wrong(stored, _made_now(store, last))
    touched = stored.index.isin(store.pending.read()["report_id"])
    wrong = _wrong(stored[~touched], _states(last.memory))
    return wrong + (_wrong(stored[touched], _made_now(store, last)) if touched.any() else [])


def _states(memory: link.Memory) -> pd.Series:
    ids = memory.rows.report_id[memory.cases.opening]
    return pd.Series(np.array(link.STATES)[memory.state], index=ids)


def _made_now(store: Store, last: LastRun | None) -> pd.Series:
    """Return the states that linking everything gives, of the cases that hold what it says.

    Others wait for the next refresh, and so do all where a file came since the last run.
    """
    epsg = store.district.get().utm_epsg
    came = [one.at for one in store.imports.list() if one.kind in _OF_FACTS and one.at is not None]
    if epsg is None or (came and (last is None or max(came) > last.run.finished_at)):
        return pd.Series(dtype="str")
    reports, events = store.reports.read(), store.events.read()
    told = pd.concat([reports["reported_at"], reports["received_at"], events["received_at"]])
    end = pd.Series([told.max(), None if last is None else last.run.as_of]).max()
    linking = link.Linking(store.words.categories(), epsg)
    memory = link.remember(reports, events, linking, end + timedelta(microseconds=1))
    made = link.link_table(memory, np.flatnonzero(memory.known)).set_index("report_id")["case_id"]
    links = pd.DataFrame({"stored": reports.set_index("report_id")["case_id"], "made": made})
    waits = links[links["stored"].fillna("") != links["made"].fillna("")]
    return _states(memory).drop([*waits["stored"], *waits["made"]], errors="ignore")


def _wrong(stored: pd.Series, made: pd.Series) -> list[Fault]:
    """Name the cases whose state is another; one that only grew older waits for a refresh."""
    both = stored.index.intersection(made.index)
    stored, made = stored[both], made[both]
    aged = (made == "lapsed") & ~stored.isin(["verified", "cancelled"])
    return [Fault("state", 0, case_id=one) for one in sorted(both[(stored != made) & ~aged])]


def _of_photos(store: Store, chain: Chain, files: PhotoFiles) -> list[Fault]:
    found, photos = [], store.photos.all()
    for photo in photos:
        if photo.erased_at is None:
            wrong = files.faults(photo.photo_id, photo.digests)
        else:
            wrong = [] if photo.is_erased_by(chain) else [("removed", "full")]
        found += [
            Fault(f"photo_{what}", 0, photo_id=photo.photo_id, size=size) for what, size in wrong
        ]
    unknown = store.photos.shown() - {photo.photo_id for photo in photos}
    return found + [Fault("photo_unknown", 0, photo_id=one) for one in sorted(unknown)]
