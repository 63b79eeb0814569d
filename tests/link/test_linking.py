from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geo_service.link import closures_of_rows, link
from geo_service.measure import to_degrees
from geo_service.terms import FRAMES, packaged_categories
from tests.link.plain import uncompiled
from tests.link.reference import DAY, MINUTE, Case, Row, walk

EPSG = 32648
X0, Y0 = 570_000.0, 3_990_000.0
T0 = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
AS_OF = T0 + 1000 * DAY


def moment(micro):
    return pd.Timestamp(micro, unit="us", tz="UTC") if micro is not None else pd.NaT


def tables(rows: list[Row]):
    lon, lat = to_degrees([r.x for r in rows], [r.y for r in rows], EPSG)
    reports = FRAMES["reports"].conform(
        pd.DataFrame(
            {
                "report_id": [r.id for r in rows],
                "source": [r.source for r in rows],
                "category": [r.category for r in rows],
                "reported_at": [moment(r.at) for r in rows],
                "fixed_at": [moment(r.fixed_at) for r in rows],
                "verified_at": [moment(r.verified_at) for r in rows],
                "closed_at": [
                    moment(r.cancelled if r.cancelled is not None else r.closed_at) for r in rows
                ],
                "status": ["cancelled" if r.cancelled is not None else "" for r in rows],
                "is_duplicate": [r.is_duplicate for r in rows],
                "lon": lon,
                "lat": lat,
                "precision": "point",
            }
        )
    )
    closures = closures_of_rows(reports)
    events = [(r.id, kind, moment(at), "event") for r in rows for kind, at in r.events]
    if events:
        frame = pd.DataFrame(events, columns=["report_id", "kind", "at", "source"])
        closures = pd.concat([closures, FRAMES["closures"].conform(frame)], ignore_index=True)
    return reports, closures


def linked(rows, as_of=AS_OF):
    reports, closures = tables(rows)
    return link(
        reports, closures, packaged_categories(), epsg=EPSG, as_of=moment(as_of).to_pydatetime()
    )


def compare(rows, as_of=AS_OF):
    got = linked(rows, as_of)
    cases, links = walk(rows, as_of=as_of)
    got_links = {
        row.report_id: (
            None if pd.isna(row.case_id) else row.case_id,
            None if pd.isna(row.link) else row.link,
        )
        for row in got.links.itertuples()
    }
    assert got_links == links
    table = got.cases.set_index("case_id")
    assert sorted(table.index) == sorted(c.opening.id for c in cases)
    for c in cases:
        row = table.loc[c.opening.id]
        assert row.site_id == c.site.id
        assert (row.episode, row.reworks, row.reports) == (c.episode, c.reworks, c.reports)
        assert row.link == c.link
        for column, value in (("fixed_at", c.f), ("verified_at", c.v)):
            assert (None if pd.isna(row[column]) else row[column]) == (
                moment(value) if value is not None else None
            ), (column, c)
        assert row.unverified == (c.unverified and c.v is not None)
        assert (row.lapsed, row.beyond_window) == (c.lapsed, c.beyond)
        assert (None if pd.isna(row.parent_case_id) else row.parent_case_id) == (
            c.parent.opening.id if c.parent else None
        )
        assert (None if pd.isna(row.gap_days) else row.gap_days) == (
            pytest.approx(c.gap / DAY) if c.gap is not None else None
        )
    spells = got.spells.set_index("case_id")
    expected = spells_by_hand(cases, as_of)
    assert {i: (r.started_at, r.ended_at, r.returned) for i, r in spells.iterrows()} == expected
    return got


def spells_by_hand(cases: list[Case], as_of: int):
    def stands(c):
        return not (c.opening.cancelled is not None and c.opening.cancelled < as_of)

    out = {}
    for i, c in enumerate(cases):
        if c.v is None or c.lapsed or not stands(c):
            continue
        after = [n for n in cases[i + 1 :] if n.site is c.site and stands(n)]
        end = after[0].opening.at if after else as_of
        end = max(end, c.v + MINUTE)
        out[c.opening.id] = (moment(c.v), moment(end), bool(after))
    return out


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
        events = draw(
            st.lists(
                st.tuples(st.sampled_from(["fixed", "verified"]), st.integers(0, 24 * 200)),
                max_size=2,
            )
            if draw(st.integers(0, 4)) == 0
            else st.just([])
        )
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
                events=[] if cancelled else [(k_, at + h * 3_600_000_000) for k_, h in events],
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
    second = linked(rows, as_of)
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


def test_reports_without_a_point_of_their_own_have_no_case():
    reports, closures = tables([row("1", 0), row("2", 1)])
    reports.loc[1, "precision"] = "area"
    got = link(
        reports, closures, packaged_categories(), epsg=EPSG, as_of=moment(AS_OF).to_pydatetime()
    )
    assert word(got, "2") is None


def test_nothing_reported_gives_empty_tables():
    got = linked([])
    assert [len(t) for t in (got.cases, got.sites, got.spells, got.links)] == [0, 0, 0, 0]
    assert list(got.cases.columns) == FRAMES["cases"].names


def test_stalls_reach_farther():
    got = linked([row("1", 0, category="D04"), row("2", 1, 49.0, category="D04")])
    assert word(got, "2") == "duplicate"


def test_the_compiled_loop_equals_the_plain_one(monkeypatch):
    rng = np.random.default_rng(5)
    rows = [
        row(str(k), day, float(metres), closed_at=day + length)
        for k, (day, metres, length) in enumerate(
            zip(
                rng.uniform(0, 500, 300),
                rng.uniform(0, 400, 300),
                rng.uniform(0, 30, 300),
                strict=True,
            )
        )
    ]
    compiled = linked(rows)
    uncompiled(monkeypatch)
    pd.testing.assert_frame_equal(compiled.cases, linked(rows).cases)
