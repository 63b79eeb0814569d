"""What a district says that words of files mean: kept, and followed by the rows that have them."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from geo_service import intake
from geo_service.store import Store
from geo_service.terms import BadUse

_FIELDS = ("status", "category")
_KEY = ["report_id", "reported_at"]
_CLOSINGS = ["fixed_at", "verified_at", "closed_at"]


def own_words(store: Store) -> dict[str, dict[str, str]]:
    """Return what is said of words: field → word → meaning."""
    said = store.district.get().words
    return {field: {w: means for f, w, means, *_ in said if f == field} for field in _FIELDS}


def say_words(
    store: Store, field: str, said: Mapping[str, str], *, by: str | None, now: datetime
) -> None:
    """Keep what words mean, for files to come, and let the rows that have them follow.

    Parameters
    ----------
    field
        ``status``: a meaning of :data:`~geo_service.intake.MEANINGS`; ``category``: a code.
    said
        Word → what it means.
    by
        Who says so; kept.

    Raises
    ------
    BadUse
        If there is no such field or meaning.
    """
    codes = set(store.words.categories()["code"])
    known = {"status": set(intake.MEANINGS), "category": codes - said.keys()}
    for word, means in said.items():
        if means not in known.get(field, ()):
            listed = " | ".join(sorted(known.get(field, _FIELDS))[:20])
            raise BadUse("errors.bad_parameter", name=word, value=means, why=listed)
    with store.writer("words"), store.transaction():
        kept = [one for one in store.district.get().words if one[0] != field or one[1] not in said]
        new = [(field, word, means, by, now.isoformat()) for word, means in said.items()]
        store.district.set(words=(*kept, *new))
        rows = store.reports.read([*_KEY, field, *_CLOSINGS])
        rows = rows[rows[field].isin(said.keys())].reset_index(drop=True)
        means = rows[field].map(dict(said))
        if field == "category":
            store.reports.upsert(rows[_KEY].assign(category=means.astype("str")))
            store.words.drop_unused(said.keys())
            return
        for meaning in means.unique():
            some = rows[means == meaning].drop(columns="status")
            store.reports.upsert(_as_meant(some, meaning))


def _as_meant(rows: pd.DataFrame, meaning: str) -> pd.DataFrame:
    """Return rows as a file would give them whose status word means that."""
    if meaning in ("cancelled", "duplicate"):
        return rows[_KEY].assign(**{f"is_{meaning}": True})
    if meaning == "open":
        return rows.assign(**dict.fromkeys(_CLOSINGS, pd.NaT), reopened=True)
    if meaning == "fixed":
        fixed = rows["fixed_at"].fillna(rows["closed_at"])
        return rows.assign(fixed_at=fixed, closed_at=pd.NaT, reopened=np.True_)
    return rows[_KEY]
