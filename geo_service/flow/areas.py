"""Areas that lie on the same ground, and areas that are taken out of use."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from geo_service import intake, locate
from geo_service.flow.locating import epsg_of
from geo_service.store import Outcome, Store


def told_of(store: Store, areas: pd.DataFrame, kept: Outcome) -> list[intake.IntakeWarning]:
    """Return what is told of areas just kept.

    Those that lie where one of their kind did already, and those whose id was another kind's.
    """
    return [*_same_ground(store, areas, kept), *_same_id(areas, kept)]


def _same_id(areas: pd.DataFrame, kept: Outcome) -> list[intake.IntakeWarning]:
    if kept.before is None or kept.before.empty:
        return []
    before = kept.before.set_index("area_id")["kind"]
    now = areas.drop_duplicates("area_id", keep="last").set_index("area_id")["kind"]
    now = now.reindex(before.index)
    other = now[now.notna() & (now != before)]
    if other.empty:
        return []
    area_id = str(other.index[0])
    example = f"{area_id}: {before[area_id]} → {other.iloc[0]}"
    return [intake.IntakeWarning("pipeline.same_id", len(other), example)]


def _same_ground(store: Store, areas: pd.DataFrame, kept: Outcome) -> list[intake.IntakeWarning]:
    new = areas[areas["area_id"].isin(kept.ids_accepted)]
    if new.empty:
        return []
    known = store.areas.read(kinds=new["kind"].unique())
    pairs = locate.same_ground(new, known, epsg=epsg_of(store))
    if pairs.empty:
        return []
    example = f"{pairs['area_id'].iloc[0]} = {pairs['other_id'].iloc[0]}"
    count = int(pairs["area_id"].nunique())
    return [intake.IntakeWarning("pipeline.same_ground", count, example)]


def retire_areas(
    store: Store, area_ids: Sequence[str], *, now: datetime, undo: bool = False
) -> int:
    """Take areas out of use: they end now, and reports go to others; returns how many did.

    They stay in the store, with what was reported in them while no other area lies there.

    Parameters
    ----------
    area_ids
        Of areas in the store.
    undo
        Take them back into use, without an end.

    Raises
    ------
    NotFound
        If there is no area of an id; then nothing is changed.
    """
    with store.writer("areas"):
        return store.areas.end(area_ids, None if undo else now)
