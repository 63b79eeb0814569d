"""The four lines at their edges, and what they make of cases: each beside the reference."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.link.reference import DAY, Row
from tests.link.sides import compare as compared
from tests.link.sides import linked, moment

T0 = 1_735_689_600_000_000
X0, Y0 = 570_000.0, 3_990_000.0
AS_OF = T0 + 1000 * DAY


def compare(rows, as_of=AS_OF):
    compared(rows, as_of=as_of)
    return linked(rows, as_of=as_of)


hours = st.integers(0, 24 * 400)
closings = st.one_of(st.none(), st.integers(0, 24 * 120))


@st.composite
def histories(draw, most=14):
    n = draw(st.integers(1, most))
    rows = []
    for k in range(n):
        at = T0 + draw(hours) * 3_600_000_000
        later = lambda: (  # noqa: E731
            None if (h := draw(closings)) is None else at + h * 3_600_000_000  # noqa: B023
        )
        cancelled = at + draw(st.integers(0, 50)) * DAY if draw(st.integers(0, 9)) == 0 else None
        rows.append(
            Row(
                id=draw(st.sampled_from(["", "a", "B", "0"])) + str(k if k % 3 else k * 7),
                at=at,
                # along a street, on a lattice that makes ties and edge distances common
                x=X0 + draw(st.integers(0, 12)) * 10.0 + draw(st.sampled_from([0, 0, 0.0004])),
                y=Y0 + draw(st.sampled_from([0.0, 0.0, 18.0])),
                category=draw(st.sampled_from(["A", "A", "A", "B"])),
                source=draw(st.sampled_from(["s", "s", "u"])),
                fixed_at=None if cancelled else later(),
                verified_at=None if cancelled else later(),
                closed_at=None if cancelled else later(),
                is_duplicate=draw(st.integers(0, 6)) == 0,
                cancelled=cancelled,
            )
        )
    seen = {}
    return [seen.setdefault(r.id, r) for r in rows if r.id not in seen]


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(histories(), st.integers(0, 500), st.randoms())
def test_the_arrays_say_what_a_plain_walk_says(rows, days, random):
    as_of = T0 + days * DAY
    first = compare(rows, as_of)
    # any order of arrival gives the same
    random.shuffle(rows)
    second = linked(rows, as_of=as_of)
    pd.testing.assert_frame_equal(first.cases, second.cases)
    pd.testing.assert_frame_equal(first.spells, second.spells)


def row(id_, day, metres=0.0, **facts):
    facts = {
        k: (T0 + round(v * DAY) if k.endswith("_at") or k == "cancelled" else v)
        for k, v in facts.items()
    }
    return Row(id=id_, at=T0 + round(day * DAY), x=X0 + metres, y=Y0, **facts)


def word(got, id_):
    value = got.links.set_index("report_id").loc[id_, "link"]
    return None if pd.isna(value) else value


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (row("2", 3), "duplicate"),  # before the fix
        (row("2", 5), "rework"),  # fixed on day 5, verified on day 7
        (row("2", 7), "rebound"),  # at the moment of verification
        (row("2", 97), "rebound"),  # the last moment of W
        (row("2", 98), "new"),  # beyond W
        (row("2", 8, 30.0), "rebound"),  # at exactly d
        (row("2", 8, 30.01), "new"),  # beyond d: another site
    ],
)
def test_each_line_at_its_edges(second, expected):
    got = compare([row("1", 0, fixed_at=5, verified_at=7), second])
    assert word(got, "2") == expected


def test_beyond_the_window_the_gap_is_kept():
    got = compare([row("1", 0, verified_at=7), row("2", 107)])
    case = got.cases.set_index("case_id").loc["2"]
    assert (case.site_id, case.episode, case.beyond_window) == ("1", 2, True)
    assert case.gap_days == pytest.approx(100)


def test_a_gap_under_a_minute_counts_as_one():
    got = compare([row("1", 0, verified_at=7), row("2", 7)])
    assert got.cases.set_index("case_id").loc["2", "gap_days"] == pytest.approx(1 / 1440)


def test_a_void_fix_never_returns_and_a_later_row_closes():
    rows = [
        row("1", 0, fixed_at=5),
        row("2", 6),  # rework: the fix of day 5 is void
        row("3", 8, closed_at=9),  # joins, and closes
        row("4", 20),
    ]
    got = compare(rows)
    assert [word(got, i) for i in "1234"] == ["new", "rework", "duplicate", "rebound"]


def test_an_open_case_lapses_with_and_without_a_follower():
    closing = row("9", 0, 500.0, closed_at=1)  # its source does close
    got = compare([row("1", 0), row("2", 181), closing], as_of=T0 + 362 * DAY)
    cases = got.cases.set_index("case_id")
    assert cases.loc["1", "lapsed"]
    assert cases.loc["2", "lapsed"]  # nothing followed
    assert "1" not in set(got.spells["case_id"])


def test_a_source_that_never_closes_has_the_short_window():
    got = compare([row("1", 0), row("2", 31)])
    assert word(got, "2") == "new"


def test_a_row_called_duplicate_opens_and_closes_nothing():
    got = compare([row("1", 0, is_duplicate=True, closed_at=3), row("2", 1)])
    assert word(got, "1") is None
    assert got.cases["case_id"].tolist() == ["2"]


def test_a_cancelled_case_ends_nobodys_spell():
    got = compare([row("1", 0, verified_at=2), row("2", 10, cancelled=12), row("3", 40)])
    spell = got.spells.set_index("case_id").loc["1"]
    assert spell.next_case_id == "3"
    assert word(got, "3") == "rebound"


def test_sites_do_not_creep():
    rows = [row(str(k), k * 10, k * 20.0, verified_at=k * 10 + 1) for k in range(1, 6)]
    got = compare(rows)
    assert got.cases["site_id"].nunique() == 3


def test_digits_come_first_and_as_numbers():
    # the same moment, the same spot: the first by id opens
    got = compare([row("10", 0), row("9", 0), row("A", 0)])
    assert got.cases["case_id"].tolist() == ["9"]


def test_of_rows_that_join_the_latest_fix_and_the_latest_verification_count_each_for_itself():
    rows = [
        row("1", 0),
        row("2", 1, fixed_at=5, verified_at=6),
        row("3", 2, fixed_at=8),
        row("4", 3, verified_at=9),
    ]
    case = compare(rows).cases.iloc[0]
    assert (case.fixed_at, case.verified_at) == (moment(T0 + 9 * DAY), moment(T0 + 9 * DAY))


def test_a_row_is_cancelled_when_it_was_closed_else_when_it_was_received():
    got = compare([row("1", 0, cancelled=12), row("2", 11), row("3", 13)])
    assert [word(got, i) for i in "123"] == ["new", "duplicate", "new"]
