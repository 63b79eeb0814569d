"""A memory as frames for figures: words stay numbers, so that nobody looks a text up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_service.link.closures import NEVER
from geo_service.link.memory import Memory
from geo_service.link.rows import Codes
from geo_service.link.standing import CANCELLED, STATES
from geo_service.link.tables import named, times
from geo_service.terms import LINKS


def coded_reports(memory: Memory) -> pd.DataFrame:
    """Return `area_id category reported_at` of the reports that are known."""
    known, rows, words = memory.known, memory.rows, memory.words
    return pd.DataFrame(
        {
            "area_id": words_of(rows.area[known], words.areas),
            "category": words_of(rows.category[known], words.categories),
            "reported_at": times(rows.reported[known]),
        }
    )


def seen_reports(memory: Memory) -> pd.DataFrame:
    """Return `report_id category lon lat precision` of all reports, texts as texts.

    `precision` only says whether a report has a point of its own.
    """
    rows = memory.rows
    return pd.DataFrame(
        {
            "report_id": rows.report_id,
            "category": named(memory.words.categories, rows.category),
            "lon": rows.lon,
            "lat": rows.lat,
            "precision": words_of((~rows.own_point).astype(np.int32), ("point", "none")),
        }
    )


def coded_cases(memory: Memory) -> pd.DataFrame:
    """Return what figures read of CASES, in the order of the openings."""
    rows, words, cases, state = memory.rows, memory.words, memory.cases, memory.state
    opening = cases.opening
    verified = np.where(state == CANCELLED, NEVER, cases.verified)
    return pd.DataFrame(
        {
            "category": words_of(rows.category[opening], words.categories),
            "area_id": words_of(rows.area[opening], words.areas),
            "lon": rows.lon[opening],
            "lat": rows.lat[opening],
            "opened_at": times(rows.reported[opening]),
            "verified_at": times(verified),
            "unverified": cases.unverified & (verified != NEVER),
            "state": words_of(state.astype(np.int32), STATES),
            "link": words_of(cases.case_link.astype(np.int32), tuple(LINKS)),
        }
    )


def coded_spells(memory: Memory) -> pd.DataFrame:
    """Return what figures read of SPELLS, and of their cases.

    Those are `source`, the opening report's, `opened_at` and `fixed_at`.
    """
    rows, words, cases, spells = memory.rows, memory.words, memory.cases, memory.spells
    opening = cases.opening[spells.case]
    return pd.DataFrame(
        {
            "category": words_of(rows.category[opening], words.categories),
            "area_id": words_of(rows.area[opening], words.areas),
            "source": words_of(rows.source[opening], words.sources),
            "episode": cases.episode[spells.case],
            "started_at": times(spells.started),
            "ended_at": times(spells.ended),
            "returned": spells.following >= 0,
            "unverified": cases.unverified[spells.case],
            "opened_at": times(rows.reported[opening]),
            "fixed_at": times(cases.fixed[spells.case]),
        }
    )


def words_of(code: Codes, names: tuple[str, ...]) -> pd.Categorical:
    """Return numbers as the words that they mean; -1 is missing."""
    categories = pd.Index(list(names), dtype="str")
    return pd.Categorical.from_codes(code, categories=categories, validate=False)
