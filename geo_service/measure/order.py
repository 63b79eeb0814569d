"""The one order of ids: ASCII digits alone first, as numbers, then all others by code point."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geo_service.measure.array_types import Ints


def id_key(one: str) -> tuple[bool, int, str, str]:
    """Return what sorts ids as :func:`id_rank` does, for few of them.

    >>> sorted(["b", "10", "9", "A1", "007", "7"], key=id_key)
    ['007', '7', '9', '10', 'A1', 'b']
    """
    digits = one.isascii() and one.isdigit()
    bare = one.lstrip("0") if digits else ""
    return not digits, len(bare), bare, one


def id_rank(ids: ArrayLike) -> Ints:
    """Return each id's place in the order of ids (0 is smallest; equal ids share a place).

    ``007`` and ``7`` are the same number: between them the code points decide.

    >>> id_rank(["b", "10", "9", "A1", "007", "7"]).tolist()
    [5, 3, 2, 4, 0, 1]
    """
    text = pd.Series(np.asarray(ids, dtype=object)).astype("str")
    codes, unique = pd.factorize(text)
    names = pd.Series(np.asarray(unique, dtype=object)).astype("str")
    digits = names.str.fullmatch(r"[0-9]+").to_numpy(dtype=bool)
    bare = names.str.lstrip("0").where(digits, "")
    keys = pd.DataFrame(
        {
            "other": ~digits,
            "length": np.where(digits, bare.str.len(), 0),
            "bare": bare.to_numpy(dtype=object),
            "name": names.to_numpy(dtype=object),
        }
    )
    order = keys.sort_values(["other", "length", "bare", "name"], kind="stable").index.to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[codes]


def rule_order(at: Ints, ids: NDArray[Any] | pd.api.extensions.ExtensionArray) -> Ints:
    """Return the order by moment, then id; ids are ranked only where moments tie, which is dear.

    Parameters
    ----------
    at
        Microseconds; shape (n,).
    ids
        An array of texts, of numpy or pandas; shape (n,).

    >>> rule_order(np.array([5, 3, 5]), np.array(["10", "1", "9"])).tolist()
    [1, 2, 0]
    """
    order = np.argsort(at, kind="stable")
    equal = at[order][1:] == at[order][:-1]
    tied = np.append(False, equal) | np.append(equal, False)
    if not tied.any():
        return order
    rows = order[tied]
    rank = id_rank(np.asarray(ids[rows], dtype=object))
    order[tied] = rows[np.lexsort((rank, at[rows]))]
    return order
