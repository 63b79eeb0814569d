"""Ids for rows that have none: a hash of the content and of its how-manieth occurrence."""

from hashlib import blake2b
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo_service.intake.readers.raw import arrow
from geo_service.terms import REJECT_COLUMNS

_UNIT: Final = "\x1f"
_NOTHING: Final = "\x1e"
_AT_ONCE: Final = 1 << 16


def name_rows(cells: pd.DataFrame, ids: pd.Series) -> pd.Series:
    """Return `ids` with the missing ones filled in; made ones begin with ``row-``.

    Neither the order of the columns nor that of the raw rows matters: equal rows get the same ids
    in whatever order they come.
    """
    nameless = ids.isna().to_numpy()
    if not nameless.any():
        return ids
    rows = cells[nameless]
    columns = sorted(rows.columns)
    if set(REJECT_COLUMNS) <= set(columns):
        # A mended reject is the row that it was before it was listed.
        columns = [name for name in columns if name not in REJECT_COLUMNS]
    texts = [pc.fill_null(arrow(rows[name]), _NOTHING).combine_chunks() for name in columns]
    joined = pc.binary_join_element_wise(*texts, pa.scalar(_UNIT, pa.large_string()))
    hashes: list[str] = []
    for start in range(0, len(joined), _AT_ONCE):
        part = joined.slice(start, _AT_ONCE).to_pylist()
        hashes += [blake2b(text.encode(), digest_size=12).hexdigest() for text in part]
    content = pd.Series(hashes, index=rows.index, dtype="str")
    occurrence = content.groupby(content, sort=False).cumcount().to_numpy()
    made = "row-" + content
    again = occurrence > 0
    if again.any():
        made = made.mask(
            again, made + "-" + pd.Series(occurrence + 1, index=made.index).astype(str)
        )
    out = np.array(ids, dtype=object)
    out[nameless] = made.to_numpy(dtype=object)
    return pd.Series(out, index=ids.index, dtype="str")
