"""Rejected rows as they came, with the reason beside them, to be mended and sent again."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from geo_service.terms import say


def mendable(rejects: Iterable[Mapping[str, Any]], language: str) -> pd.DataFrame:
    """Return rejected rows in their file's own columns, texts, and last a column of reasons.

    Parameters
    ----------
    rejects
        Rows of table ``rejects``; missing is None.

    Examples
    --------
    >>> rows = [{"row": '{"a": "1"}', "reason": "intake.bad_date", "field": "t", "value": None}]
    >>> mendable(rows, "en").columns.tolist()
    ['a', 'reason']
    """
    rows, reasons = [], []
    for one in rejects:
        rows.append(json.loads(one["row"] or "{}"))
        told = [one["field"], None if one["value"] is None else str(one["value"])]
        why = say(str(one["reason"]), language) if one["reason"] else ""
        reasons.append(" · ".join([why, *(word for word in told if word)]))
    table = pd.DataFrame(rows)
    name = say("admin.reason", language)
    while name in table:
        name += "+"
    table[name] = reasons
    return table.astype("str")
