"""Areas: polygons with a kind; their version rises with every change, so that others notice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa
from sqlalchemy import Connection, select, update

from geo_service.store.bulk import Outcome, conforming, stored, upsert
from geo_service.store.engine import Keeper
from geo_service.store.keepers.district import put, take
from geo_service.store.schema import areas, kinds
from geo_service.store.tables import chosen, micros, read_frame, texts
from geo_service.terms import FRAMES, BadInput, NotFound

_VERSION = "areas.version"
_BOX = ("min_lon", "min_lat", "max_lon", "max_lat")


class AreasKeeper(Keeper):
    """Keeps areas."""

    def read(
        self,
        kinds: Collection[str] | None = None,
        ids: Iterable[str] | None = None,
        geometry: bool = True,
    ) -> pd.DataFrame:
        """Return areas by id in the order of code points; only those of `kinds`, and with `ids`.

        With their polygons they are a GeoDataFrame in WGS 84, else a plain one.
        """
        names = [name for name in FRAMES["areas"].names if geometry or name != "geometry"]
        query, types = chosen(areas, *names)
        if kinds is not None:
            query = query.where(areas.c.kind.in_(list(kinds)))
        with self.reading() as connection:
            if ids is None:
                table = read_frame(connection, query, types)
            else:
                table = stored(connection, areas, "area_id", sorted(set(texts(ids))), types)
                if kinds is not None:
                    table = table[table["kind"].isin(list(kinds))]
        table = table.sort_values("area_id", ignore_index=True)
        if not geometry:
            return table
        table["geometry"] = shapely.from_wkb(table["geometry"].to_numpy(dtype=object))
        return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")

    def upsert(self, table: pd.DataFrame) -> Outcome:
        """Take areas in by id; geometry in WGS 84.

        Raises
        ------
        BadInput
            If a row has no id, no polygon, or a kind nobody knows.
        """
        incoming = conforming(areas, table)
        shapes = shapely.force_2d(incoming["geometry"].to_numpy(dtype=object))
        if (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any():
            raise BadInput("store.no_geometry")
        incoming["geometry"] = shapely.to_wkb(shapes)
        incoming[list(_BOX)] = shapely.bounds(shapes).reshape(-1, 4)
        with self.transaction() as connection:
            _check_kinds(connection, incoming)
            outcome = upsert(connection, areas, incoming, {*table.columns, *_BOX})
            if outcome.changed:
                raise_version(connection)
        return outcome

    def boxes(self) -> pd.DataFrame:
        """Return `min_lon min_lat max_lon max_lat` of each area, in degrees."""
        query, types = chosen(areas, *_BOX)
        with self.reading() as connection:
            return read_frame(connection, query, types)

    def end(self, area_ids: Iterable[str], at: datetime | None) -> int:
        """Let areas end at a moment, aware, or, with None, never; returns how many that changes.

        One that ends earlier stays as it is.

        Raises
        ------
        NotFound
            If there is no area of an id.
        """
        ids = sorted(set(texts(area_ids)))
        with self.transaction() as connection:
            known = stored(connection, areas, "area_id", ids, {"area_id": "text"})["area_id"]
            unknown = sorted(set(ids) - set(known))
            if unknown:
                raise NotFound("errors.no_such_area", area_id=unknown[0])
            until = areas.c.valid_to
            end = None if at is None else micros(at)
            changes = until.is_not(None) if end is None else sa.or_(until.is_(None), until > end)
            statement = update(areas).where(areas.c.area_id.in_(ids), changes)
            changed = connection.execute(statement.values(valid_to=end)).rowcount
            if changed:
                raise_version(connection)
        return int(changed)

    def version(self) -> int:
        """Return a number that is raised by each change of areas or kinds."""
        with self.reading() as connection:
            return int(take(connection, _VERSION, 0))


def raise_version(connection: Connection) -> None:
    """Tell everybody that areas, or the order of kinds, changed."""
    put(connection, _VERSION, int(take(connection, _VERSION, 0)) + 1)


def _check_kinds(connection: Connection, incoming: pd.DataFrame) -> None:
    known = sorted(connection.execute(select(kinds.c.kind)).scalars())
    new = ~areas_known(connection, incoming)
    kind = incoming["kind"]
    wrong = kind.where(kind.notna(), "?")[~kind.isin(known) & (kind.notna() | new)]
    if len(wrong):
        raise BadInput("errors.unknown_kind", kind=wrong.iloc[0], known=", ".join(known))


def areas_known(connection: Connection, incoming: pd.DataFrame) -> np.ndarray:
    """Tell which of the incoming areas the store has."""
    ids = sorted(set(incoming["area_id"]))
    known = stored(connection, areas, "area_id", ids, {"area_id": "text"})
    return incoming["area_id"].isin(known["area_id"]).to_numpy(dtype=bool)
