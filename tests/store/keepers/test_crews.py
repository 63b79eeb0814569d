"""Crews come back as they were."""

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
