import pandas as pd
import pytest

from geo_service.terms import BadInput, packaged_categories


def test_the_packaged_words_are_known_already(store):
    outcome = store.words.upsert_categories(packaged_categories())
    assert (outcome.accepted, outcome.updated) == (0, 0)


def test_types_of_another_city_come_after_ours_untranslated(store):
    table = pd.DataFrame({"scheme": "chicago", "code": ["Rodent Baiting", "Sewer"]})
    table["name_en"] = ["Rats", None]
    outcome = store.words.upsert_categories(table)
    assert outcome.ids_accepted.tolist() == ["Rodent Baiting", "Sewer"]
    last = store.words.categories().tail(2)
    assert last["code"].tolist() == ["Rodent Baiting", "Sewer"]
    assert last["name_zh"].tolist() == ["Rats", "Sewer"]
    assert last["name_en"].tolist() == ["Rats", "Sewer"]


def test_a_change_keeps_what_it_does_not_name(store):
    store.words.upsert_categories(pd.DataFrame({"code": ["D01"], "rebound_days": ["30"]}))
    row = store.words.categories().set_index("code").loc["D01"]
    assert (row["rebound_days"], row["name_zh"]) == (30.0, "乱涂乱贴、野广告")
    assert store.words.categories()["code"].iloc[0] == "D01"


def test_a_new_kind_is_coarser_than_all_others_unless_it_says(store):
    store.words.upsert_kinds(pd.DataFrame({"kind": ["canal"], "name_zh": ["水渠"]}))
    kinds = store.words.kinds()
    assert kinds["kind"].tolist()[-2:] == ["canal", "subdistrict"]
    assert kinds.set_index("kind").loc["canal", "locates"]
    store.words.upsert_kinds(pd.DataFrame({"kind": ["stall"], "fineness": [0]}))
    assert store.words.kinds()["kind"].iloc[0] == "stall"


def test_a_kind_changed_without_naming_whether_it_locates_keeps_that(store):
    store.words.upsert_kinds(pd.DataFrame({"kind": ["subdistrict"], "name_en": ["Township"]}))
    assert not store.words.kinds().set_index("kind").loc["subdistrict", "locates"]


def test_another_order_of_kinds_locates_anew(store):
    before = store.areas.version()
    store.words.upsert_kinds(store.words.kinds())
    assert store.areas.version() == before
    store.words.upsert_kinds(pd.DataFrame({"kind": ["street"], "fineness": [0]}))
    assert store.areas.version() == before + 1


def test_a_word_without_its_key_is_refused(store):
    with pytest.raises(BadInput, match="A row of categories has no code"):
        store.words.upsert_categories(pd.DataFrame({"code": [None], "name_en": ["x"]}))
