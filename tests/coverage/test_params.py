import pytest

from geo_service.coverage import CoverageParams


@pytest.mark.parametrize("wrong", [{"step_m": 0}, {"blind_days": 0}, {"trailing_weeks": 0}])
def test_params_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="positive"):
        CoverageParams(**wrong)
