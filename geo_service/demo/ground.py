"""The ground of the district: every area as a polygon, and what lies around them."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service.demo.blocks import Place, draw_blocks
from geo_service.demo.lattice import PLAN, Lattice, bend, degrees, draw_lattice
from geo_service.demo.names import ALIASES, SUBDISTRICTS
from geo_service.demo.streets import Street, crossings, draw_streets
from geo_service.measure import Floats
from geo_service.terms import FRAMES

INTERSECTIONS = 13
_CODES = {
    "street": "ST-{:03d}",
    "alley": "AL-{:03d}",
    "market": "MK-{:02d}",
    "compound": "CP-{:02d}",
    "toilet": "TO-{:02d}",
    "plaza": "PL-{:02d}",
    "station": "BS-{:02d}",
    "intersection": "IX-{:02d}",
    "commercial": "CM-{:02d}",
}
_CITY = "七里河区城管局"


@dataclass(frozen=True)
class Ground:
    """Areas in degrees, the same in metres with their middle lines, and the background."""

    areas: gpd.GeoDataFrame
    background: gpd.GeoDataFrame
    polygons: NDArray[np.object_]
    lines: NDArray[np.object_]


def draw_ground(seed: int) -> Ground:
    """Lay out the district."""
    lattice = draw_lattice(seed)
    streets = draw_streets(lattice, seed)
    places = [
        *(Place(s.name, "street", s.letter, s.polygon, s.line) for s in streets),
        *draw_blocks(lattice, streets, seed),
        *_intersections(lattice, streets),
    ]
    words = [(p.name, p.kind, p.letter) for p in places]
    rows = pd.DataFrame(words, columns=["name", "kind", "letter"])
    number = rows.groupby("kind").cumcount() + 1
    rows["area_id"] = [_CODES[kind].format(n) for kind, n in zip(rows["kind"], number, strict=True)]
    wide = rows["name"].isin({s.name for s in streets if s.rank < 100})
    office = rows["letter"].map({k: unit for k, (_, _, unit) in SUBDISTRICTS.items()})
    rows["accountable_unit"] = office.mask(wide, _CITY)
    rows["subdistrict_id"] = rows["letter"].map({k: i for k, (i, _, _) in SUBDISTRICTS.items()})
    polygons = np.array([p.polygon for p in places], dtype=object)
    lines = np.array([p.line for p in places], dtype=object)
    towns = _subdistricts(lattice)
    areas = pd.concat([rows, towns.drop(columns="shape")], ignore_index=True)
    areas["aliases"] = areas["name"].map(ALIASES)
    metres = np.concatenate([polygons, np.array(towns["shape"], dtype=object)])
    areas["area_m2"] = np.round(shapely.area(metres))
    length = np.array([np.nan if line is None else shapely.length(line) for line in lines])
    areas["length_m"] = np.concatenate([np.round(length), np.full(len(towns), np.nan)])
    areas["geometry"] = to_degrees(metres)
    table = FRAMES["areas"].conform(areas)
    return Ground(
        gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326"),
        _background(),
        polygons,
        lines,
    )


def to_degrees(metres: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries in degrees of 6 digits, outer rings counter-clockwise."""
    turned = shapely.orient_polygons(shapely.transform(metres, degrees), exterior_cw=False)
    return np.asarray(turned, dtype=object)


def _subdistricts(lattice: Lattice) -> pd.DataFrame:
    """Join the cells of each letter; shared vertices make shared borders."""
    cells: dict[str, list[Floats]] = {letter: [] for letter in SUBDISTRICTS}
    for row, letters in enumerate(PLAN):
        for column, letter in enumerate(letters):
            cells[letter].append(lattice.cell(row, column))
    rows = []
    for letter, (code, name, unit) in SUBDISTRICTS.items():
        outlines = [shapely.Polygon(np.round(ring, 3)) for ring in cells[letter]]
        rows.append((code, name, "subdistrict", letter, unit, shapely.union_all(outlines)))
    columns = ["area_id", "name", "kind", "letter", "accountable_unit", "shape"]
    return pd.DataFrame(rows, columns=columns)


def _intersections(lattice: Lattice, streets: list[Street]) -> list[Place]:
    """Choose crossings of wide streets evenly along the valley; a circle of 16 corners each."""
    nodes = crossings(streets)
    nodes.sort(key=lambda n: (n[1], n[0]))
    chosen = [nodes[i * len(nodes) // INTERSECTIONS] for i in range(INTERSECTIONS)]
    turn = np.arange(16) * (np.pi / 8)
    ring = 34.0 * np.column_stack([np.cos(turn), np.sin(turn)])
    places = []
    for row, column in chosen:
        centre = bend(*lattice.nodes[row, column])
        point = shapely.Point(centre)
        near = [s for s in streets if s.line.distance(point) < 1.0]
        along = next(s.name for s in near if s.edges[0][0] == "along")
        across = next(s.name for s in near if s.edges[0][0] == "across")
        name = f"{along}{across}路口"
        shape = shapely.Polygon(centre + ring)
        places.append(Place(name, "intersection", PLAN[row][column], shape))
    return places


def _background() -> gpd.GeoDataFrame:
    """Draw the river, the railway and three bridges, schematic like the rest."""
    u = np.arange(-700, 14300, 120, dtype=np.float64)
    south, north = bend(u, np.full(len(u), -6.0)), bend(u, -250 - 60 * np.sin(u / 1300.0))
    river = shapely.Polygon(np.concatenate([south, north[::-1]]))
    isle_u = np.arange(2500, 4000, 100, dtype=np.float64)
    bow = 45 * np.sin((isle_u - 2500) / 1400 * np.pi)
    isle = shapely.Polygon(
        np.concatenate([bend(isle_u, -150 - bow), bend(isle_u, -150 + bow)[::-1]])
    )
    rail_u = np.arange(-100, 13500, 150, dtype=np.float64)
    railway = shapely.LineString(bend(rail_u, 2960 + 50 * np.sin(rail_u / 1900.0)))
    shapes = [river.difference(isle), railway]
    rows = [("黄河", "river"), ("铁路", "railway")]
    for name, at in (
        ("银滩黄河大桥", 3900.0),
        ("七里河黄河大桥", 8300.0),
        ("小西湖黄河大桥", 12300.0),
    ):
        bridge_v = np.array([60.0, -100.0, -220.0, -360.0])
        shapes.append(shapely.LineString(bend(np.full(4, at), bridge_v)))
        rows.append((name, "bridge"))
    return gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=["name", "kind"]),
        geometry=to_degrees(np.array(shapes, dtype=object)),
        crs="EPSG:4326",
    )
