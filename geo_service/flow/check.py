"""Whether a store is as it was left: its pages, its log of events, its photos."""

from geo_service.store import Chain, Fault, PhotoFiles, Store


def faults_of(store: Store, chain: Chain, files: PhotoFiles) -> list[Fault]:
    """Return what is wrong with the log, by `chain`, and with the photos in `files`.

    Raises
    ------
    NotReady
        If a page of the database is damaged.
    """
    store.check_pages()
    found = store.events.faults(chain)
    photos = store.photos.all()
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
