"""Crews and units come back as they were."""

import pandas as pd
import pytest

from geo_service.terms import FRAMES, BadInput


def test_crews(ready):
    found = ready.crews.read()
    assert found["crew_id"].tolist() == ["C1", "C2"]
    assert list(found.columns) == FRAMES["crews"].names
    outcome = ready.crews.upsert(pd.DataFrame({"crew_id": ["C1"], "capacity_minutes": ["360"]}))
    assert outcome.updated == 1
    assert ready.crews.read().loc[0, ["name", "capacity_minutes"]].tolist() == ["一班", 360.0]
    with pytest.raises(BadInput, match="A row of crews has no crew_id"):
        ready.crews.upsert(pd.DataFrame({"name": ["x"]}))


def test_units(ready):
    rows = pd.DataFrame(
        {"unit_id": ["U2", "U1"], "name": ["环卫站", None], "area_ids": ["A1", None]}
    )
    assert ready.units.upsert(rows).accepted == 2
    assert ready.units.upsert(rows.assign(name=["环卫站", "U1"])).unchanged == 2
    assert ready.units.read()["name"].tolist() == ["U1", "环卫站"]
    assert (ready.units.has("U1"), ready.units.has("U9")) == (True, False)
