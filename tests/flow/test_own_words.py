"""What people say that words mean is kept, and the rows that have them follow."""

from datetime import UTC, datetime

import pytest

from geo_service import flow
from geo_service.intake import ImportOptions
from geo_service.terms import BadUse

NOW = datetime(2026, 6, 29, tzinfo=UTC)
ROWS = """report_id,category,reported_at,closed_at,status
1,D01,2026-06-01 09:00,2026-06-02 09:00,结了
2,D01,2026-06-03 09:00,2026-06-04 09:00,算了
3,暴露拉圾,2026-06-05 09:00,2026-06-06 09:00,closed
"""


@pytest.fixture
def path(store, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(ROWS)
    done = flow.import_reports(store, path, ImportOptions(), now=NOW)
    assert done.unknown["status"] == {"结了": 1, "算了": 1}
    return path


def say(store, field, **said):
    flow.say_words(store, field, said, by="anna", now=NOW)


def row(store, report_id):
    return store.reports.read(ids=[report_id]).iloc[0]


@pytest.mark.parametrize(
    ("meaning", "column", "closed"),
    [
        ("cancelled", "is_cancelled", True),
        ("duplicate", "is_duplicate", True),
        ("fixed", "fixed_at", False),  # what closed it was its fix alone
        ("open", None, False),  # nothing closed it
        ("verified", None, True),
    ],
)
def test_rows_of_a_status_word_follow_as_the_file_read_again_would(
    store, path, meaning, column, closed
):
    others = row(store, "2")
    say(store, "status", 结了=meaning)
    said = row(store, "1")
    assert said.notna()["closed_at"] == closed
    if column:
        assert said.notna()[column]
        assert said[column]
    assert row(store, "2").equals(others)
    done = flow.import_reports(store, path, ImportOptions(), now=NOW)
    assert (done.updated, done.unknown["status"]) == (0, {"算了": 1})


def test_rows_of_a_category_s_other_spelling_go_to_the_category(store, path):
    say(store, "category", 暴露拉圾="0102")
    assert row(store, "3")["category"] == "0102"
    assert "暴露拉圾" not in set(store.words.categories()["code"])
    done = flow.import_reports(store, path, ImportOptions(), now=NOW)
    assert (done.updated, done.new_categories) == (0, [])
    assert store.district.get().words[0][3] == "anna"


def test_who_says_otherwise_is_believed_from_then_on(store):
    say(store, "status", 结了="open")
    say(store, "status", 结了="verified")
    assert flow.own_words(store)["status"] == {"结了": "verified"}


@pytest.mark.parametrize(
    ("field", "meaning"), [("status", "moon"), ("category", "moon"), ("colour", "open")]
)
def test_what_means_nothing_is_refused(store, field, meaning):
    with pytest.raises(BadUse):
        say(store, field, 结了=meaning)
