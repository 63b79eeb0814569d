"""Rejected rows come back in their file's own columns."""

import json

import pandas as pd

from geo_service.publish import mendable


def test_the_columns_are_the_file_s_and_the_reason_is_last():
    nothing = {"row": None, "reason": None, "field": None, "value": None}
    cells = json.dumps({"编号": "1", "原因": None})
    told = {"row": cells, "reason": "intake.in_future", "field": "t", "value": "x"}
    rows = [told, nothing]
    table = mendable(rows, "zh")
    assert table.columns.tolist() == ["编号", "原因", "原因+"]
    assert table["编号"][0] == "1"
    assert pd.isna(table["原因"][0])
    assert "x" in table["原因+"][0]
    assert mendable([], "en").columns.tolist() == ["reason"]
