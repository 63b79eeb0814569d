import pytest

from geo_service.demo import Demo, demo_district


@pytest.fixture(scope="session")
def demo() -> Demo:
    return demo_district()
