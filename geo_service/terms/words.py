"""Closed vocabularies and the packaged tables of categories and kinds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd

from geo_service.terms.frames import FRAMES

ALL_CATEGORIES = "*"
"""The sum of all categories, where a category is named."""

UNSPECIFIED = "unspecified"
"""The category of a report that names none; a category like others."""

PRECISIONS = ("point", "address", "area", "fallback", "none")
"""How well a report's place is known; only the first two are points of its own."""

LINKS = ("new", "duplicate", "rework", "rebound")
"""How a report relates to the cases before it; null where it has no case."""

STATES = (
    *("open", "dispatched", "working", "returned", "failed"),
    *("fixed", "verified", "lapsed", "cancelled"),
)

OPEN = STATES[: STATES.index("fixed") + 1]
"""States of cases that somebody has to do something about."""

DAY_KINDS = ("holiday", "workday", "half")
"""What an office's calendar says of a day."""

USUAL_HOURS = "09:00-12:00;14:30-18:00"
"""Hours of a usual working day."""

STEPS = ("reminder", "notice", "talk")
"""提醒, 通报, 约谈: what an overdue case comes to, by the how-manieth time at its spot it is."""

LEVELS = (
    *("district", "category", "area", "kind", "subdistrict", "community"),
    *("episode", "source", "crew", "unit"),
)
"""What the rows of ``rates`` are by."""

REJECT_COLUMNS = ("file", "line", "field", "value", "reason")
"""What stands before a rejected row's own columns."""

PUBLIC = "public"
"""A category that is observed by public channels, everywhere and each day; else by logs alone."""

REASONS = ("hot", "chronic", "many", "overdue", "usual")
"""Why a row of the list stands where it stands; the first that holds."""

OBSERVED = ("unknown", "no", "partly", "yes")
"""Whether anybody looked in a week's trailing weeks, by the number that arrays hold."""

HOT_LEVELS = ("area", "around", "subdistrict")
"""At which level something is hot: an area by itself, with its neighbours, its subdistrict."""

CURVE_DAYS = (1, 3, 7, 14, 21, 30, 45, 60, 75, 90)
"""Days of a curve of returns, in the order of its array."""

AT_RISK_DAYS = (0, 30, 60, 90)
"""Days for which the curve says how many closures are still watched and not back; they follow."""

CLOCKS = ("natural", "working", "urgent", "days")
"""自然时, 工作时, 紧急工作时 (hours), 工作日 (working days): how a time limit runs."""

UNIT_KINDS = (
    *("leading_group", "supervision_group", "promotion_group", "category_group"),
    *("subdistrict", "community", "unit", "property", "frontage", "leader"),
)
"""领导小组, 督导组, 宣传组, 专项组; 街道, 社区, 单位, 物业, 门前三包, 包抓领导."""

SECOND_FACTOR = ("off", "offered", "required")
"""What a house wants of who may have a second factor: nothing, as they like, or that they do."""

AUDITED = (
    *("signed_in", "sign_in_failed", "signed_out_elsewhere", "changed_password"),
    *("added_second_factor", "removed_second_factor"),
    *("added_person", "changed_person", "imported", "undid_import", "exported", "opened_personal"),
    *("changed_words", "changed_crew", "changed_category", "changed_area", "retired_area"),
    *("kept_preset", "decided_point", "began_district", "added_token", "revoked_token"),
    *("backed_up", "restored", "erased_photos", "erased_personal"),
)
"""What people do with the house itself and is written down, apart from cases."""

SCOPES = ("open311", "read", "write")
"""What a token lets a program do."""

ROLES = ("viewer", "inspector", "crew-leader", "unit", "supervisor", "office", "admin")


def ladder(text: object) -> list[tuple[float, str]] | None:
    """Read after how many hours a case is told to whom, by hours; None of what cannot be read.

    >>> ladder("72:局领导; 24:中队长"), ladder("at once: the mayor"), ladder(None)
    ([(24.0, '中队长'), (72.0, '局领导')], None, [])
    """
    if not isinstance(text, str):
        return []
    found = [re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*[:：]\s*(.*\S)\s*", one) for one in _parts(text)]
    if not all(found):
        return None
    return sorted((float(one[1]), one[2]) for one in found if one)


def _parts(text: str) -> list[str]:
    return [one for one in re.split("[;；]", text) if one.strip()]


@cache
def packaged_categories() -> pd.DataFrame:
    """Return the categories every new store begins with, one row a category.

    >>> packaged_categories().set_index("code").loc["D01", "name_zh"]
    '乱涂乱贴、野广告'
    """
    return _packaged("categories")


@cache
def packaged_kinds() -> pd.DataFrame:
    """Return the kinds of area every new store begins with, finest first.

    >>> packaged_kinds()["kind"].tolist()[:3]
    ['market', 'compound', 'toilet']
    """
    return _packaged("kinds")


def _packaged(table: str) -> pd.DataFrame:
    path = Path(__file__).with_name(f"{table}.csv")
    with path.open("rb") as stream:
        return FRAMES[table].conform(pd.read_csv(stream, dtype=str, keep_default_na=True))
