"""The ground of a map where no basemap is set: rivers and other quiet shapes."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import delete

from geo_service.store.bulk import insert_frame
from geo_service.store.engine import Keeper
from geo_service.store.schema import ground
from geo_service.store.tables import chosen, read_frame


class GroundKeeper(Keeper):
    """Keeps the ground."""

    def read(self) -> pd.DataFrame:
        """Return name, kind and geometry (WGS 84) of the shapes, in their order."""
        query, types = chosen(ground, "name", "kind", "geometry")
        with self.reading() as connection:
            table = read_frame(connection, query.order_by(ground.c.position), types)
        table["geometry"] = shapely.from_wkb(table["geometry"].to_numpy(dtype=object))
        return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")

    def replace(self, table: pd.DataFrame) -> None:
        """Make the ground exactly these shapes."""
        rows = pd.DataFrame(table[["name", "kind"]]).astype("str")
        shapes = shapely.force_2d(table["geometry"].to_numpy(dtype=object))
        rows["geometry"] = shapely.to_wkb(shapes)
        rows["position"] = range(len(rows))
        with self.transaction() as connection:
            connection.execute(delete(ground))
            insert_frame(connection, ground, rows, chosen(ground, *rows.columns)[1])
