"""The tables of the flow: their columns, in order, with the type each column has.

A table travels between steps as a :class:`pandas.DataFrame` whose columns are named as here.
Types are the same everywhere: text is ``str``, a time is ``datetime64[us, UTC]``, a number is
``float64``, an integer is nullable ``Int64``, a flag is ``bool``; missing text is NaN, a missing
time NaT, never an empty string.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Type = Literal["text", "time", "number", "integer", "flag", "geometry"]

DTYPES: dict[str, str] = {
    "text": "str",
    "time": "datetime64[us, UTC]",
    "number": "float64",
    "integer": "Int64",
    "flag": "bool",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, its type, whether the service computes it, whether it names somebody.

    What is personal comes in and is kept, and leaves by no export and no page.
    """

    name: str
    type: Type
    computed: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Frame:
    """A table: its name and its columns in order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.columns]

    @property
    def given(self) -> list[str]:
        """Names of the columns that come from outside."""
        return [column.name for column in self.columns if not column.computed]

    @property
    def shown(self) -> list[str]:
        """Names of the columns that may leave the house."""
        return [column.name for column in self.columns if not column.personal]

    def empty(self) -> pd.DataFrame:
        """Return the table without rows."""
        return self.conform(pd.DataFrame())

    def conform(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return `table` with exactly this frame's columns, each in its type.

        Missing columns are added as missing values (flags as False); others are left out.

        >>> FRAMES["crews"].conform(pd.DataFrame({"crew_id": ["C1"]}))["kind"].isna().tolist()
        [True]
        """
        out = {}
        for column in self.columns:
            if column.name in table.columns:
                out[column.name] = _cast(table[column.name], column.type)
            else:
                out[column.name] = _missing(table.index, column.type)
        return pd.DataFrame(out, index=table.index)


def _missing(index: pd.Index, type_: Type) -> pd.Series:
    if type_ == "flag":
        return pd.Series(False, index=index, dtype=bool)
    if type_ == "geometry":
        return pd.Series(None, index=index, dtype=object)
    return pd.Series(np.nan, index=index, dtype=object).astype(DTYPES[type_])


_TRUE = {"1", "true", "yes", "y", "t", "是"}


def _cast(values: pd.Series, type_: Type) -> pd.Series:
    if type_ == "geometry":
        return values
    if type_ == "flag":
        if values.dtype == bool:
            return values
        filled = values.astype("str").str.strip().str.lower()
        return filled.isin(_TRUE)
    if type_ == "time":
        if values.dtype == DTYPES["time"]:
            return values
        return pd.to_datetime(values, utc=True, format="ISO8601").astype(DTYPES["time"])
    if type_ == "text":
        text = values if values.dtype == "str" else values.astype("str")
        blank = text == ""
        return text.mask(blank) if blank.any() else text
    if values.dtype == DTYPES[type_]:
        return values
    numbers = pd.to_numeric(values)
    return numbers.astype(DTYPES[type_])


def _frame(name: str, spec: str, personal: str = "", computed: str = "") -> Frame:
    """Read ``name:type`` words; the type is text where none is given."""
    columns = []
    for word in f"{spec} {personal} {computed}".split():
        column, _, type_ = word.partition(":")
        flags = word in computed.split(), word in personal.split()
        columns.append(Column(column, type_ or "text", *flags))  # type: ignore[arg-type]
    return Frame(name, tuple(columns))


FRAMES: dict[str, Frame] = {
    frame.name: frame
    for frame in (
        _frame(
            "reports",
            "report_id source category reported_at:time received_at:time lon:number lat:number "
            "precision address area_name subdistrict community description status fixed_at:time "
            "verified_at:time closed_at:time is_duplicate:flag due_at:time unit "
            "dispatched_at:time reworks:integer",
            "reporter_name reporter_phone",
            "area_id subdistrict_id distance_m:number case_id link",
        ),
        _frame("rejects", "file line:integer report_id field value reason row"),
        _frame("closures", "report_id kind at:time received_at:time source"),
        _frame(
            "events",
            "event_id case_id kind at:time received_at:time actor crew_id unit_id person note "
            "reason quantity:number unit due_at:time target_case_id takes_back report_ids category "
            "lon:number lat:number photo_ids back_dated:flag idempotency_key previous_digest "
            "digest",
        ),
        _frame(
            "areas",
            "area_id name name_en aliases kind subdistrict_id community code code_scheme "
            "accountable_unit responsible_person hours length_m:number "
            "area_m2:number valid_from:time valid_to:time geometry:geometry",
        ),
        _frame(
            "cases",
            "case_id site_id category area_id lon:number lat:number opened_at:time fixed_at:time "
            "verified_at:time unverified:flag due_at:time state episode:integer parent_case_id "
            "link gap_days:number beyond_window:flag reports:integer reworks:integer lapsed:flag",
        ),
        _frame("sites", "site_id category lon:number lat:number episodes:integer"),
        _frame(
            "spells",
            "case_id site_id category area_id episode:integer started_at:time ended_at:time "
            "returned:flag next_case_id next_link unverified:flag",
        ),
        _frame(
            "crews",
            "crew_id name leader phone skills vehicle capacity_minutes:number depot_lon:number "
            "depot_lat:number shift_start shift_end weekdays kind",
        ),
        _frame(
            "visits",
            "visit_id person area_id started_at:time ended_at:time minutes:number kind "
            "geometry:geometry",
        ),
        _frame("assignments", "assignment_id crew_id area_id date state note"),
        _frame(
            "categories",
            "scheme code parent name_zh name_en group limit:number clock photo:flag "
            "link_distance_m:number duplicate_days:number rebound_days:number "
            "service_minutes:number skill unit observed_by",
        ),
        _frame("kinds", "kind name_zh name_en fineness:integer locates:flag"),
        _frame(
            "rates",
            "level key category area_id closures:integer rebounds_7:integer rebounds_30:integer "
            "rebounds_90:integer p_rebound_7:number p_rebound_7_low:number p_rebound_7_high:number "
            "p_rebound_30:number p_rebound_30_low:number p_rebound_30_high:number "
            "p_rebound_90:number p_rebound_90_low:number p_rebound_90_high:number n_eff:number "
            "enough_data:flag p_worse:number unverified:integer observed_days:number "
            "observed_rebounds_30:integer blind_rebounds:integer p_observed_30:number "
            "p_observed_30_low:number p_observed_30_high:number median_days:number "
            "followed_days:number fixes:integer returns_7:integer returns_30:integer "
            "returns_90:integer p_return_7:number p_return_7_low:number p_return_7_high:number "
            "p_return_30:number p_return_30_low:number p_return_30_high:number "
            "p_return_90:number p_return_90_low:number p_return_90_high:number "
            "n_eff_fixes:number reworks:integer reports:integer duplicates:integer "
            "cases:integer beyond_window:integer lapsed:integer sites:integer "
            "site_returns:integer mean_returns:number mean_returns_low:number "
            "mean_returns_high:number expected_returns_30:number return_ratio:number "
            "return_ratio_low:number return_ratio_high:number",
        ),
        _frame(
            "hotspots",
            "area_id name kind subdistrict category week as_of:time run_id reports:integer "
            "cases:integer closures:integer closures_unverified:integer rebounds:integer "
            "rebound_spells:integer rebound_events_30:integer p_rebound_30:number "
            "p_rebound_30_low:number p_rebound_30_high:number n_eff:number enough_data:flag "
            "p_worse:number exposure_days:number observed expected:number q_value:number hot:flag "
            "gi_z:number pattern forecast:number forecast_low:number forecast_high:number "
            "rank:integer hot_around:flag uncertain:flag pattern_word zone note",
        ),
    )
}
"""All tables by name."""
