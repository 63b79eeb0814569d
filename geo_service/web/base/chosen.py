"""A category is chosen in two short steps: its group, then itself; those last used come first."""

from typing import Any

import pandas as pd
from flask import session

from geo_service.terms import say
from geo_service.web.base import desk
from geo_service.web.base.language import language

_RECENT = 5
_RECENTLY = "recent categories"


def remember(code: str) -> None:
    """Note that the person who asks used a category."""
    earlier = [one for one in session.get(_RECENTLY, []) if one != code]
    session[_RECENTLY] = [code, *earlier][:_RECENT]


def last_used_first() -> pd.DataFrame:
    """Return all categories, those first that the person who asks used last."""
    table, first = desk.categories(), list(session.get(_RECENTLY, []))
    rank = table["code"].map({code: at for at, code in enumerate(first)}).fillna(len(first))
    return table.assign(rank=rank).sort_values("rank", kind="stable")


def in_steps() -> list[dict[str, Any]]:
    """Return groups, `name` and `categories` (`code`, `name`): last used, the scheme's, the rest.

    The scheme is that of the first category that has a group of its own; every other scheme's
    categories follow as one group, for they name the same problems once more.
    """
    table = last_used_first()
    table = table.assign(name=table[f"name_{language()}"].fillna(table["code"]))
    used = table[table["rank"] < table["rank"].max()]
    table = table.sort_index()
    grouped = table.dropna(subset=["group"])
    scheme = grouped["scheme"].iloc[0] if len(grouped) else ""
    ours = table["scheme"].eq(scheme) & table["group"].notna()
    asked = language()
    groups = [
        (say("report.group", asked, group=name), rows)
        for name, rows in table[ours].groupby("group", sort=False)
    ]
    rest = [
        (say("report.other_scheme", asked, scheme=name), rows)
        for name, rows in table[~ours].groupby("scheme", sort=False, dropna=False)
    ]
    first = [(say("report.last_used", asked), used)] if len(used) else []
    return [
        {"name": name, "categories": rows[["code", "name"]].to_dict("records")}
        for name, rows in (*first, *groups, *rest)
    ]
