"""What assignments and crews stand on."""

import pandas as pd
import pytest


@pytest.fixture
def ready(store, areas):
    store.areas.upsert(areas)
    store.crews.upsert(pd.DataFrame({"crew_id": ["C2", "C1"], "name": ["二班", "一班"]}))
    return store
