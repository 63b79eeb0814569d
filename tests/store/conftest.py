import shutil

import geopandas as gpd
import pytest
from shapely.geometry import box

from geo_service.store import open_store


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A new store's file, made once: walking the migrations for every test would be dear."""
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def url(template, tmp_path):
    path = tmp_path / "store.sqlite"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def store(url):
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def areas():
    return gpd.GeoDataFrame(
        {
            "area_id": ["b", "a", "s"],
            "name": ["西湖后街", "西津路", "西湖街道"],
            "kind": ["alley", "street", "subdistrict"],
            "subdistrict_id": ["s", "s", None],
            "geometry": [box(1, 0, 2, 1), box(0, 0, 1, 1), box(0, 0, 2, 1)],
        },
        crs="EPSG:4326",
    )
