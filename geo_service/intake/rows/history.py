"""What is asked of a file of events besides: moments, what they name, what each kind needs."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.intake.dates.times import FIRST, TimeRules, decide_order, parse_times
from geo_service.intake.rows.identity import name_rows
from geo_service.intake.rows.refusals import Refusals
from geo_service.intake.tables import Check
from geo_service.terms import FRAMES, say

Texts = dict[str, pd.Series]

_TIMES: Final = ("at", "received_at", "due_at")
_UNKNOWN: Final = {
    "crew_id": "unknown_crew",
    "unit_id": "unknown_unit",
    "category": "unknown_category",
    "report_ids": "unknown_report",
    "photo_ids": "unknown_photo",
}
_LISTS: Final = ("report_ids", "photo_ids")


def history_check(
    opened: pd.Series,
    known: Mapping[str, Collection[str]],
    needs: Mapping[str, Collection[str]],
    reasons: Collection[str],
    judge: Callable[[Texts], Mapping[str, NDArray[np.bool_]]],
    *,
    timezone: str,
    now: datetime,
) -> Check:
    """Return what a file of events is asked.

    Parameters
    ----------
    opened
        When each report that there is was opened, by its id.
    known
        Field → what can stand there; of lists in each part.
    needs
        Kind → the fields that must be said; ``crew_id|unit_id`` is one of two.
    reasons
        Why a case can be returned.
    judge
        Told all fields; tells of which rows the `key` was used for another event, which check what
        was `fixed` here, and which take back what is not `taken` from the same history.
    timezone
        Zone of times without an offset.
    now
        Aware; nothing is later.
    """
    words = {say(f"moves.kind_{one}", tongue): one for one in needs for tongue in ("zh", "en")}

    def check(out: dict[str, pd.Series], refusals: Refusals) -> None:
        none = pd.Series(np.nan, index=out["case_id"].index, dtype="str")
        text = {name: out.get(name, none) for name in FRAMES["events"].names}
        said = pd.DataFrame({name: text[name].astype("str") for name in text})
        own = text["idempotency_key"].fillna(text["event_id"])
        out["idempotency_key"] = name_rows(said, own)
        out["kind"] = text["kind"].replace(words)
        wrong = ~out["kind"].isin(list(needs))
        refusals.refuse(wrong.to_numpy(), "kind", text["kind"], "unknown_event_kind")
        _named(text, opened, known, refusals)
        _moments(out, text, opened, TimeRules(timezone=timezone), now, refusals)
        _places(text, refusals)
        for kind, fields in needs.items():
            for need in fields:
                names = need.split("|")
                lacks = np.logical_and.reduce([text[name].isna() for name in names])
                mine = (out["kind"] == kind).to_numpy() & lacks
                refusals.refuse(mine, names[0], None, "event_needs")
        strange = text["reason"].notna() & ~text["reason"].isin(list(reasons))
        strange &= out["kind"] == "returned"
        refusals.refuse(strange.to_numpy(), "reason", text["reason"], "unknown_reason")
        out |= {name: text[name] for name in text if name not in out}
        found = judge(out)
        refusals.refuse(found["key"], "idempotency_key", out["idempotency_key"], "key_used")
        refusals.refuse(found["taken"], "takes_back", text["takes_back"], "not_taken_back")
        refusals.refuse(found["fixed"], "kind", text["kind"], "fixed_here")

    return check


def _named(
    text: Texts, opened: pd.Series, known: Mapping[str, Collection[str]], refusals: Refusals
) -> None:
    case, other = text["case_id"], text["target_case_id"]
    for name, column in (("case_id", case), ("target_case_id", other)):
        strange = column.notna() & ~column.isin(opened.index)
        refusals.refuse(strange.to_numpy(), name, column, "unknown_case")
    refusals.refuse((case == other).to_numpy(), "target_case_id", other, "merged_with_itself")
    for name, reason in _UNKNOWN.items():
        each = text[name].str.split(";").explode() if name in _LISTS else text[name]
        each = each.astype("str").str.strip()
        there = opened.index if name == "report_ids" else list(known[name])
        wrong = each[each.notna() & (each != "") & ~each.isin(there)].groupby(level=0).first()
        told = wrong.reindex(case.index)
        refusals.refuse(told.notna().to_numpy(), name, told, reason)


def _moments(
    out: dict[str, pd.Series],
    text: Texts,
    opened: pd.Series,
    rules: TimeRules,
    now: datetime,
    refusals: Refusals,
) -> None:
    order = decide_order([text[name] for name in _TIMES])
    for name in _TIMES:
        read = parse_times(text[name], rules, closing=name == "due_at", file_order=order)
        refusals.refuse(read.bad, name, text[name], "bad_date")
        out[name] = read.utc
    at = out["at"]
    refusals.refuse(at.isna().to_numpy(), "at", None, "missing_at")
    out["received_at"] = out["received_at"].fillna(at)
    out["received_at"] = out["received_at"].mask(out["received_at"] < at, at)
    for name in ("at", "received_at"):
        refusals.refuse((out[name] > now).to_numpy(), name, text[name], "in_future")
    refusals.refuse((at < FIRST).to_numpy(), "at", text["at"], "date_out_of_range")
    before = at < text["case_id"].map(opened)
    refusals.refuse(before.to_numpy(), "at", text["at"], "before_opening")


def _places(text: Texts, refusals: Refusals) -> None:
    degrees = {"lon": 180.0, "lat": 90.0}
    for name, most in degrees.items():
        value = pd.to_numeric(text[name], errors="coerce")
        refusals.refuse((value.abs() > most).to_numpy(), name, text[name], "out_of_range")
    half = (text["lon"].isna() != text["lat"].isna()).to_numpy()
    refusals.refuse(half, "lon", text["lon"], "half_point")
