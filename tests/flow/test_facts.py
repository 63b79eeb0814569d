"""Cases are a function of the facts known, not of how and when they arrived."""

import itertools
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geo_service import flow
from geo_service.intake import ImportOptions
from geo_service.store import open_store
from tests.flow.city import ALLEY, AREAS, FAR, MARKET, NOW, figures, fill, row, take

# Facts that fail are few already; to shrink them would take minutes.
FEW = settings(
    max_examples=5,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
LAST = BEGIN + timedelta(days=56)
NEAR = (ALLEY[0] + 0.0002, ALLEY[1])
"""18 m from ALLEY: within the reach of a case there."""


def moment(hours):
    return None if hours is None else (BEGIN + timedelta(hours=hours)).isoformat()


@st.composite
def facts(draw):
    """Return rows of at most nine reports, with their closings as hours after BEGIN."""
    rows = []
    for number in range(draw(st.integers(2, 9))):
        at = draw(st.integers(0, 40)) * 24 + draw(st.sampled_from([0, 0, 5]))
        closing = {
            name: at + draw(st.integers(0, 30)) * 12
            for name in ("fixed_at", "verified_at", "closed_at")
            if draw(st.booleans())
        }
        rows.append(
            {
                "id": draw(st.sampled_from(["", "r"])) + str(number),
                "at": at,
                "point": draw(st.sampled_from([ALLEY, NEAR, MARKET])),
                "category": draw(st.sampled_from(["D01", "D02"])),
                "source": draw(st.sampled_from(["hotline", "inspector"])),
                **closing,
            }
        )
    return rows


def written(one, closings=True):
    names = ("fixed_at", "verified_at", "closed_at") if closings else ()
    return row(
        one["id"],
        moment(one["at"]),
        one["point"],
        one["category"],
        source=one["source"],
        **{name: moment(one.get(name)) for name in names},
    )


@pytest.fixture
def fresh(new_file, tmp_path):
    """Open a new store in a folder of its own; hypothesis calls a test many times."""
    number = itertools.count()

    def make():
        folder = tmp_path / str(next(number))
        folder.mkdir()
        shutil.copy(new_file, folder / "store.sqlite")
        return open_store(f"sqlite:///{folder / 'store.sqlite'}"), folder

    return make


def made_of(fresh, batches, as_of=LAST):
    """Return the figures of a new store that is given `batches`, one file each."""
    store, folder = fresh()
    try:
        fill(store, folder, batches[0])
        for number, batch in enumerate(batches[1:]):
            take(store, folder, batch, f"batch{number}.csv")
        flow.refresh(store, now=NOW, as_of=as_of)
        return figures(store)
    finally:
        store.close()


@given(rows=facts(), data=st.data())
@FEW
def test_reports_in_any_order_and_any_batches_give_the_same_cases(fresh, rows, data):
    whole = made_of(fresh, [[written(one) for one in rows]])
    # some rows come twice: first without their closings, later (or earlier) with them
    twice = data.draw(st.lists(st.sampled_from(rows), max_size=3, unique_by=lambda r: r["id"]))
    arriving = [written(one) for one in rows] + [written(one, closings=False) for one in twice]
    order = data.draw(st.permutations(arriving))
    cut = data.draw(st.integers(1, len(order)))
    # in one file the last row of an id counts alone, so rows of one id must not share a file
    first = {r["report_id"]: r for r in order[:cut]}
    rest = [r for r in order if all(r is not taken for taken in first.values())]
    batches = [list(first.values())]
    while rest:
        batch = {}
        for r in rest:
            batch.setdefault(r["report_id"], r)
        batches.append(list(batch.values()))
        rest = [r for r in rest if all(r is not taken for taken in batch.values())]
    assert made_of(fresh, batches) == whole


@given(rows=facts(), day=st.integers(5, 45))
@FEW
def test_an_earlier_as_of_gives_what_a_store_of_the_earlier_facts_gives(fresh, rows, day):
    cut = 24 * day
    earlier = [
        {key: value for key, value in one.items() if not key.endswith("_at") or value < cut}
        for one in rows
        if one["at"] < cut
    ]
    if not earlier:
        return
    as_of = BEGIN + timedelta(days=day)
    hindsight = made_of(fresh, [[written(one) for one in rows]], as_of)
    known = {one["id"] for one in earlier}
    hindsight["links"] = [link for link in hindsight["links"] if link[0] in known]
    assert hindsight == made_of(fresh, [[written(one) for one in earlier]], as_of)


def test_a_closing_that_comes_later_changes_the_case(store, tmp_path):
    fill(store, tmp_path, [row("1", "2026-03-02 08:00"), row("2", "2026-03-10 08:00")])
    flow.refresh(store, now=NOW)
    assert store.cases.read()["case_id"].tolist() == ["1"]
    assert store.cases.one("1")["state"] == "open"
    done = take(store, tmp_path, [row("1", "2026-03-02 08:00", closed_at="2026-03-04 08:00")])
    assert (done.updated, done.unchanged) == (1, 0)
    flow.refresh(store, now=NOW)
    assert store.cases.read()["link"].tolist() == ["new", "rebound"]
    assert store.cases.one("1")["state"] == "verified"


def test_a_report_that_comes_late_takes_its_place_in_the_order(store, tmp_path):
    fill(store, tmp_path, [row("2", "2026-03-10 08:00")])
    flow.refresh(store, now=NOW)
    take(store, tmp_path, [row("1", "2026-03-02 08:00")], "late.csv")
    flow.refresh(store, now=NOW)
    assert store.cases.read()["case_id"].tolist() == ["1"]
    links = store.reports.read(["report_id", "link"]).set_index("report_id")["link"]
    assert links.to_dict() == {"1": "new", "2": "duplicate"}


def test_what_was_received_later_is_not_known_earlier(store, tmp_path):
    path = tmp_path / "late.csv"
    path.write_text(
        "report_id,reported_at,received_at,lon,lat\n"
        "1,2026-03-02 08:00,2026-03-02 08:00,103.751,36.051\n"
        "2,2026-03-02 09:00,2026-03-09 00:00,103.771,36.051\n"
    )
    flow.import_reports(store, path, ImportOptions(), now=NOW)
    noon = datetime(2026, 3, 8, 16, tzinfo=UTC)
    flow.refresh(store, now=NOW, as_of=noon)
    assert store.cases.read()["case_id"].tolist() == ["1"]
    # received at the very moment is not yet seen; a microsecond later it is
    flow.refresh(store, now=NOW, as_of=noon + timedelta(microseconds=1))
    assert store.cases.read()["case_id"].tolist() == ["1", "2"]


def test_rows_not_known_at_the_as_of_moment_have_no_case(store, tmp_path):
    rows = [row("1", "2026-03-02 08:00"), row("2", "2026-03-12 08:00", FAR)]
    fill(store, tmp_path, rows, AREAS)
    flow.refresh(store, now=NOW)
    assert store.cases.read()["case_id"].tolist() == ["1", "2"]
    flow.refresh(store, now=NOW, as_of=datetime(2026, 3, 9, 16, tzinfo=UTC))
    table = store.reports.read(["report_id", "case_id"]).set_index("report_id")["case_id"]
    assert table.fillna("-").to_dict() == {"1": "1", "2": "-"}
    assert store.runs.latest().summary["reports"] == 1


def test_what_is_in_the_figures_is_the_same_whichever_run_came_before(store, tmp_path):
    fill(store, tmp_path)
    early = datetime(2026, 3, 15, 16, tzinfo=UTC)
    flow.refresh(store, now=NOW, as_of=early)
    first = figures(store)
    flow.refresh(store, now=NOW)
    assert figures(store)["cases"] != first["cases"]
    flow.refresh(store, now=NOW, as_of=early)
    assert figures(store) == first
