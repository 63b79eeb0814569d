"""Ids of rows that have none."""

from __future__ import annotations


def test_rows_without_an_id_get_the_same_ones_in_any_order(read):
    head, rows = "reported_at,address\n", ["2026-05-01,a\n", "2026-05-02,b\n", "2026-05-01,a\n"]
    first = read(head + "".join(rows)).reports
    again = read(head + "".join(reversed(rows))).reports
    assert first["report_id"].nunique() == 3
    assert sorted(first["report_id"]) == sorted(again["report_id"])
    turned = read("address,reported_at\na,2026-05-01\n").reports["report_id"]
    assert set(turned) <= set(first["report_id"])
    assert not first["report_id"].str.fullmatch("[0-9]+").any()


def test_made_ids_stay_the_same_over_releases(read):
    got = read("reported_at,address\n" + "2026-05-01,西津西路\n" * 2).reports["report_id"]
    made = "row-18bfb18fcf51876b5b20bb8f"
    assert got.tolist() == [made, f"{made}-2"]


def test_ids_are_text_without_blanks_and_spreadsheet_zeros(read):
    got = read("report_id,reported_at\n 007 ,2026-05-01\n123.0,2026-05-01\n1.5,2026-05-01\n")
    assert got.reports["report_id"].tolist() == ["007", "123", "1.5"]
