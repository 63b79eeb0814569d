"""Rows to and from PostgreSQL."""

from tests.store.samples import reports


def rows(store, query):
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_text_is_in_the_order_of_code_points_whatever_the_database_thinks(there):
    ids = ["b", "A", "a", "é", "Z", "10", "9", "甲"]
    there.reports.upsert(reports(*[{"report_id": one} for one in ids]))
    assert rows(there, "SELECT 'a' < 'B'") == [(True,)]  # the database has words in mind
    found = rows(there, "SELECT report_id FROM reports ORDER BY report_id")
    assert [one for (one,) in found] == sorted(ids)
    text = (
        "SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
        " AND table_name NOT IN ('geography_columns', 'geometry_columns')"
    )
    assert rows(there, text) == [(0,)]


def test_a_letter_that_a_server_does_not_hold_is_replaced(there):
    there.reports.upsert(reports({"report_id": "1", "address": "a\0b"}))
    assert there.reports.read()["address"].tolist() == ["a\N{REPLACEMENT CHARACTER}b"]
