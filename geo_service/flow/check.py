"""Whether a store is as it was left: its pages, log of events, photos, states of cases."""

import numpy as np
import pandas as pd

from geo_service import link
from geo_service.flow.last_run import LastRun
from geo_service.store import Chain, Fault, PhotoFiles, Store


def faults_of(store: Store, chain: Chain, files: PhotoFiles) -> list[Fault]:
    """Return what is wrong with the log, by `chain`, the photos in `files`, and cases' states.

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
        ]


def _of_states(store: Store) -> list[Fault]:
    """Compare cases with what the last run made of them; what was touched since is for the next."""
    last = LastRun.of(store)
    if last is None:
        return []
    memory = last.memory
    ids = memory.rows.report_id[memory.cases.opening]
    made = pd.Series(np.array(link.STATES)[memory.state], index=ids)
    stored = store.cases.read().set_index("case_id")["state"]
    stored = stored.drop(store.pending.read()["report_id"].unique(), errors="ignore")
    both = stored.index.intersection(made.index)
    wrong = both[stored[both].to_numpy() != made[both].to_numpy()]
    return [Fault("state", 0, case_id=case_id) for case_id in sorted(wrong)]


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
