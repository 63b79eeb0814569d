import pytest

from geo_service.hotspots import HotspotParams


@pytest.mark.parametrize(
    "wrong",
    [
        {"trailing_weeks": 0},
        {"least_history_weeks": 0},
        {"level_cases": 0},
        {"false_discovery": 0},
        {"false_discovery": 1},
    ],
)
def test_params_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"\d"):
        HotspotParams(**wrong)
