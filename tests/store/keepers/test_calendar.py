"""An office's days come back as they were; the later word counts."""

import pandas as pd


def test_days(ready):
    days = pd.DataFrame({"date": ["2027-02-06", "2027-01-02"], "kind": ["workday", "holiday"]})
    assert ready.calendar.upsert(days).accepted == 2
    assert ready.calendar.read()["date"].tolist() == ["2027-01-02", "2027-02-06"]
    again = pd.DataFrame({"date": ["2027-02-06"], "kind": ["half"], "from": ["09:00"]})
    assert ready.calendar.upsert(again).updated == 1
    assert ready.calendar.read().loc[1, ["kind", "from"]].tolist() == ["half", "09:00"]
    ready.empty()
    assert ready.calendar.read().empty
