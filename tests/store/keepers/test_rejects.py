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
    assert [(row["file"], row["line"], row["report_id"]) for row in found] == [
        ("a.csv", 2, "2"),
        ("b.csv", 2, "3"),
    ]
    store.rejects.replace("a.csv", rejected())
    assert [row["file"] for row in store.rejects.read()] == ["b.csv"]


def test_mended_rows_are_dropped_wherever_they_came_from(store):
    store.rejects.replace("a.csv", rejected("1", "2", None))
    store.rejects.replace("b.csv", rejected("1"))
    store.rejects.resolve(pd.Series(["1", "9"]), keep_file="c.csv")
    assert [row["report_id"] for row in store.rejects.read()] == ["2", None]


def test_the_file_just_read_may_keep_its_own(store):
    store.rejects.replace("a.csv", rejected("1", "2"))
    store.rejects.replace("b.csv", rejected("1"))
    store.rejects.resolve(["1", "2"], keep_file="b.csv")
    kept = [(row["file"], row["report_id"]) for row in store.rejects.read()]
    assert kept == [("b.csv", "1")]
