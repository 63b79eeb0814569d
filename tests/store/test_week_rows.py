"""A week's rows as bytes: what comes back is a table of the frame, whole or of one category."""

import numpy as np
import pandas as pd
import pytest

from geo_service.store.week_rows import read_week, write_week
from geo_service.terms import FRAMES

AREAS = pd.DataFrame(
    {
        "area_id": ["a", "b", "c"],
        "name": ["后街", "市场", None],
        "kind": ["alley", "market", "street"],
        "subdistrict": ["S1", None, "S2"],
    }
).astype("str")
TOLD = {"week": "2026-W26", "as_of": pd.Timestamp("2026-06-29", tz="UTC"), "run_id": "7"}


@pytest.fixture
def data():
    return write_week(
        {
            "area": np.array([1, 0, 1], dtype=np.int32),
            "zone": np.array([2, -1, -1], dtype=np.int32),
            "category": pd.Categorical(["*", "*", "D01"]),
            "pattern": pd.Categorical(["new hotspot", None, None]),
            "cases": np.array([3, 2, 1], dtype=np.int32),
            "q_value": np.array([0.1, np.nan, 1.0]),
            "hot": np.array([True, False, False]),
        }
    )


def test_areas_zones_and_words_come_back(data):
    rows = read_week(data, AREAS, TOLD)
    assert rows.dtypes.to_dict() == FRAMES["hotspots"].empty().dtypes.to_dict()
    said = rows[["area_id", "name", "subdistrict", "zone", "pattern", "category", "cases", "hot"]]
    plain = said.astype(object).where(said.notna(), None)
    assert plain.to_numpy().tolist() == [
        ["b", "市场", None, "c", "new hotspot", "*", 3, True],
        ["a", "后街", "S1", None, None, "*", 2, False],
        ["b", "市场", None, None, None, "D01", 1, False],
    ]
    assert rows["q_value"].tolist()[::2] == [0.1, 1.0]
    assert rows["as_of"].eq(TOLD["as_of"]).all()
    assert rows["forecast"].isna().all()


def test_one_category_is_its_rows_alone(data):
    assert read_week(data, AREAS, TOLD, "D01")["cases"].tolist() == [1]
    assert read_week(data, AREAS, TOLD, "D09").empty
