"""Hand-made histories of what people did, with the cases that come of them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.link.reference import DAY, Event, Row
from tests.link.sides import compare, linked
from tests.link.test_rule import T0, X0, Y0

HISTORIES = json.loads(Path(__file__).with_name("histories.json").read_text("utf-8"))["histories"]
LONG_AFTER = 150.0
"""The as-of day of those that name none: no window has passed by then."""


def micro(day):
    return None if day is None else T0 + round(day * DAY)


def rows_of(history):
    closed = {"category": "a", "x": 0.0, "at": 0.0, "closed_at": 0.5}
    far = [
        {**closed, "report_id": "zz", "y": 9e4, "source": "s"},
        {**closed, "report_id": "zy", "y": 9.9e4, "source": "imp"},
    ]
    return [
        Row(
            id=one["report_id"],
            at=micro(one["at"]),
            x=X0 + one["x"],
            y=Y0 + one["y"],
            category=one["category"],
            source=one["source"],
            verified_at=micro(one.get("verified_at")),
            closed_at=micro(one.get("closed_at")),
        )
        for one in [*history["reports"], *far]
    ]


def events_of(history):
    return [
        Event(
            one["event_id"],
            one["kind"],
            one["case_id"],
            micro(one["at"]),
            target=one.get("target_case_id", ""),
            takes_back=one.get("takes_back", ""),
            reports=tuple(one.get("report_ids", ())),
            category=one.get("category", ""),
            x=X0 + one.get("x", 0.0),
            y=Y0 + one.get("y", 0.0),
            actor=one.get("actor", ""),
        )
        for one in history["events"]
    ]


def told(got):
    def day(moment):
        return "-" if pd.isna(moment) else f"{(moment.value // 1000 - T0) / DAY:.4g}"

    for case in got.cases.itertuples():
        ids = sorted(got.links.loc[got.links["case_id"] == case.case_id, "report_id"])
        words = [
            f"{case.case_id}[{','.join(ids)}] {case.state}",
            f"f{day(case.fixed_at)} v{day(case.verified_at)}",
            f"{case.link}{case.episode}@{case.site_id}",
        ]
        words += [f"r{case.reworks}"] if case.reworks else []
        words += ["unverified"] if case.unverified else []
        words += [] if pd.isna(case.gap_days) else [f"gap{case.gap_days:.4g}"]
        if case.case_id not in ("zz", "zy"):
            yield " ".join(words)


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history["history"])
def test_a_history_made_by_hand_comes_out_as_it_says(history):
    rows, events = rows_of(history), events_of(history)
    as_of = micro(history.get("as_of", LONG_AFTER))
    compare(rows, events, as_of=as_of)
    assert sorted(told(linked(rows, events, as_of=as_of))) == sorted(history["cases"])


def test_a_check_that_confirms_a_mere_closing_ends_the_unverified_spell_unobserved():
    rows = [Row("1", T0, X0, Y0, closed_at=T0 + 5 * DAY), Row("2", T0 + 30 * DAY, X0, Y0)]
    got = linked(rows, [Event("e", "verified", "1", T0 + 9 * DAY)], as_of=T0 + 40 * DAY)
    spells = got.spells[["started_at", "ended_at", "returned", "unverified"]]
    days = [[(at.value // 1000 - T0) / DAY for at in row[:2]] for row in spells.to_numpy()]
    assert days == [[5, 9], [9, 30]]
    assert spells["returned"].tolist() == [False, True]
    assert spells["unverified"].tolist() == [True, False]
