"""The packaged categories and kinds are usable as they are."""

from geo_service.terms import CLOCKS, OBSERVED, PUBLIC, packaged_categories, packaged_kinds


def test_categories_have_both_names_a_limit_and_the_rule_s_lengths():
    rows = packaged_categories()
    assert not rows[["scheme", "code"]].duplicated().any()
    named = rows[rows["limit"].notna()]
    assert len(named) > 20
    assert set(named["clock"]) <= set(CLOCKS)
    assert rows[["name_zh", "name_en"]].notna().all(axis=None)
    for length in ("link_distance_m", "duplicate_days", "rebound_days"):
        assert (rows[length].dropna() > 0).all(), length
    assert set(rows["observed_by"].dropna()) <= {PUBLIC}


def test_kinds_have_an_order_and_a_subdistrict_locates_nothing():
    kinds = packaged_kinds().set_index("kind")
    assert kinds["fineness"].is_unique
    assert not kinds.loc["subdistrict", "locates"]
    assert kinds.drop(index="subdistrict")["locates"].all()


def test_words_of_coverage_go_by_their_number():
    assert OBSERVED.index("unknown") == 0
