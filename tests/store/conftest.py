import geopandas as gpd
import pytest
from shapely.geometry import box

from geo_service.store import open_store


@pytest.fixture
def url(store_url):
    return store_url


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


@pytest.fixture
def server(postgres):
    return postgres


@pytest.fixture
def there(server):
    url = server.new_store()
    store = open_store(url)
    yield store
    store.close()
    server.drop(url)
