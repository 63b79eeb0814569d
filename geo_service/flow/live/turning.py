"""A source's first closing: from then on its cases wait longer, wherever they are.

While a source closes nothing, what its reports open is given up soon. So the one report that says
that it closes after all changes cases far from its own place and of other categories, and so does
a correction that takes the last such word back. Either is rare, as often as sources come and go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from geo_service.flow.live.relinking import Seed, link_anew, relink
from geo_service.link import CANCELLED_STATUS, OWN_POINT
from geo_service.store import Filter, Store

_FEW = 500
"""Up to so many places it is cheaper to look around each than to read whole categories."""


def closing(
    store: Store,
    sources: Iterable[str | None],
    before: int,
    besides: Collection[str] = (),
) -> dict[str | None, bool]:
    """Tell which sources close anything at all.

    Parameters
    ----------
    before
        As known before this moment, microseconds.
    besides
        Ids of reports that do not count.
    """
    return {
        source: store.live.closes(source, before, CANCELLED_STATUS, besides) for source in sources
    }


def relink_sources(
    store: Store,
    sources: Iterable[str | None],
    also: Iterable[Seed],
    *,
    epsg: int,
    as_of: datetime,
) -> None:
    """Link anew whatever cases of these sources may reach; in the caller's transaction.

    Parameters
    ----------
    also
        Other places to link anew.
    """
    openings = [Seed(*place) for source in sources for place in store.live.openings_of(source)]
    seeds = dict.fromkeys([*also, *openings])
    if not seeds:
        return
    if len(seeds) <= _FEW:
        relink(store, seeds, [], epsg=epsg, as_of=as_of)
        return
    # no report of one category matters to another's, so whole ones need no looking around
    codes = tuple(sorted({seed.category for seed in seeds}))
    reports = store.reports.read(where=Filter(categories=codes))
    reports = reports[reports["precision"].isin(OWN_POINT)].reset_index(drop=True)
    link_anew(store, reports, [], epsg=epsg, as_of=as_of)
