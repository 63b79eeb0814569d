import pytest

from geo_service.rebound import ReboundParams


@pytest.mark.parametrize(
    "wrong",
    [
        {"horizons": (7, 90)},
        {"horizons": (0, 30)},
        {"horizons": (-7, 30)},
        {"window_weeks": 0},
        {"least_n_eff": 0},
    ],
)
def test_params_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"\d"):
        ReboundParams(**wrong)
