"""What was called hot when a week closed: kept from run to run, beside what facts say now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from geo_service.store.blobs import read_blob
from geo_service.store.schema import FROZEN, blobs, run_parts

Label = Mapping[str, Any]
"""``hot`` (area ids by category), ``as_of`` (the first local day not seen) and ``why``."""


def read_labels(connection: Connection, run_id: int) -> dict[str, Label]:
    """Return the labels of all weeks that have closed, by week."""
    query = (
        select(run_parts.c.week, blobs.c.data)
        .join(blobs, blobs.c.digest == run_parts.c.digest)
        .where(run_parts.c.run_id == run_id, run_parts.c.part == FROZEN, run_parts.c.week != "")
        .order_by(run_parts.c.week)
    )
    return {week: json.loads(bytes(data)) for week, data in connection.execute(query)}


def read_label(connection: Connection, run_id: int, week: str) -> Label | None:
    """Return the labels of one week; None where it has none."""
    query = select(run_parts.c.digest).where(
        run_parts.c.run_id == run_id, run_parts.c.part == FROZEN, run_parts.c.week == week
    )
    digest = connection.execute(query).scalar()
    return None if digest is None else dict(json.loads(read_blob(connection, digest)))


def notes(rows: pd.DataFrame, label: Label | None) -> pd.Series:
    """Return why a row is called otherwise than when its week closed; missing where it is not."""
    out = pd.Series(None, index=rows.index, dtype="str")
    if label is None or rows.empty:
        return out
    hot = rows["hot"].to_numpy(dtype=bool)
    then = {(code, area) for code, area_ids in label["hot"].items() for area in area_ids}
    # few are hot or were: only those are looked at one by one
    named = rows["area_id"].isin({area for _, area in then}).to_numpy(dtype=bool)
    for place in np.flatnonzero(hot | named):
        was = (rows["category"].iloc[place], rows["area_id"].iloc[place]) in then
        if was != hot[place]:
            out.iloc[place] = f"{label['why']} since {label['as_of']}"
    return out
