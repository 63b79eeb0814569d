import pandas as pd


def rejected(*ids):
    return pd.DataFrame(
        {
            "line": range(2, 2 + len(ids)),
            "report_id": list(ids),
            "field": "lon",
            "value": "0",
            "reason": "zero",
            "row": "{}",
        }
    )


def test_the_rejects_of_a_file_are_its_last_ones(store):
    store.rejects.replace("a.csv", rejected("1", "2", None))
    store.rejects.replace("b.csv", rejected("3"))
    store.rejects.replace("a.csv", rejected("2"))
    found = store.rejects.read()
    assert found[["file", "line", "report_id"]].to_numpy().tolist() == [
        ["a.csv", 2, "2"],
        ["b.csv", 2, "3"],
    ]
    assert store.rejects.count() == 2
    store.rejects.replace("a.csv", rejected())
    assert store.rejects.read()["file"].tolist() == ["b.csv"]


def test_mended_rows_are_dropped_wherever_they_came_from(store):
    store.rejects.replace("a.csv", rejected("1", "2", None))
    store.rejects.replace("b.csv", rejected("1"))
    store.rejects.resolve(pd.Series(["1", "9"]))
    assert store.rejects.read()["report_id"].fillna("-").tolist() == ["2", "-"]


def test_the_file_just_read_may_keep_its_own(store):
    store.rejects.replace("a.csv", rejected("1", "2"))
    store.rejects.replace("b.csv", rejected("1"))
    store.rejects.resolve(["1", "2"], keep_file="b.csv")
    assert store.rejects.read()[["file", "report_id"]].to_numpy().tolist() == [["b.csv", "1"]]
