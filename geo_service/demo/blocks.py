"""What lies within the blocks: alleys, compounds, markets, parks, stations, toilets.

A block is cut into lots by its alleys; a lot holds parcels; a parcel may become a place. All
of it is laid out in fractions of the block, so that nothing of one kind can meet.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from geo_service.demo import names
from geo_service.demo.draws import Draws
from geo_service.demo.lattice import COLUMNS, PLAN, ROWS, Lattice
from geo_service.demo.streets import CUT_METRES, Street
from geo_service.measure import Floats

ALLEYS, TOILETS = 236, 20
_EDGE_METRES = 21.0
_ALLEY_ROOM = 8.0


@dataclass(frozen=True)
class Place:
    """A polygon with a name and a kind, in metres; `line` where it is a way."""

    name: str
    kind: str
    letter: str
    polygon: shapely.Geometry
    line: shapely.Geometry | None = None


@dataclass(frozen=True)
class Lot:
    """A share of a block between two alleys: fractions ``s`` (east) and ``t`` (south)."""

    row: int
    column: int
    s: tuple[float, float]
    t: tuple[float, float]
    area: float

    @property
    def letter(self) -> str:
        """The subdistrict's letter."""
        return PLAN[self.row][self.column]


def draw_blocks(lattice: Lattice, streets: list[Street], seed: int) -> list[Place]:
    """Return all places within the blocks."""
    draws = Draws(seed, "blocks")
    roads = shapely.union_all([s.polygon for s in streets])
    near = roads.buffer(CUT_METRES)
    shapely.prepare(roads)
    built = {edge for street in streets for edge in street.edges}
    ways, lots = [], []
    for row in range(1, len(ROWS)):
        for column in range(1, COLUMNS):
            around = {("along", row + i, column) for i in (0, 1)}
            around |= {("across", row, column + i) for i in (0, 1)}
            sides = len(built & around)
            if sides < 2 or (sides == 2 and draws.one(0, 100) < 60):
                continue
            new_ways, new_lots = _block(lattice, row, column, draws)
            ways += new_ways
            lots += new_lots
    places = _places(lattice, lots, draws)
    alleys = _alleys(ways, roads, near, draws)
    paved = shapely.union_all([near, *(alley.polygon for alley in alleys)]).buffer(2.0)
    shapely.prepare(paved)
    return [*alleys, *(_trimmed(place, paved) for place in places)]


def _block(
    lattice: Lattice, row: int, column: int, draws: Draws
) -> tuple[list[tuple[str, Floats]], list[Lot]]:
    """Cut one block: the lines of its alleys and the lots between them."""
    width, height = lattice.size(row, column)
    count = max(1, round(width / draws.one(165, 240)) - 1)
    letter = PLAN[row][column]
    jitter = draws.whole(-30, 31, count) / 1000.0
    cuts = (np.arange(1, count + 1) / (count + 1)) + jitter
    ways = [
        (letter, line)
        for cut in cuts.tolist()
        for line in _lane(lattice, row, column, cut, height, draws)
    ]
    side_s, side_t, room = _EDGE_METRES / width, _EDGE_METRES / height, _ALLEY_ROOM / width
    bounds = [side_s - room, *cuts.tolist(), 1 - side_s + room]
    lots = []
    for left, right in pairwise(bounds):
        middle = 0.5 + draws.one(-80, 81) / 1000.0
        gap = _ALLEY_ROOM / height
        s = (left + room, right - room)
        for t in ((side_t, middle - gap), (middle + gap, 1 - side_t)):
            area = (s[1] - s[0]) * width * (t[1] - t[0]) * height
            lots.append(Lot(row, column, s, t, area))
        if left < side_s and draws.one(0, 100) < 45:
            along = np.linspace(0.0, right - 1.5 * room, 7)
            ways.append((letter, lattice.within(row, column, along, np.full(7, middle))))
    return ways, lots


def _lane(
    lattice: Lattice, row: int, column: int, cut: float, height: float, draws: Draws
) -> list[Floats]:
    """One or two alleys that leave the streets north and south of a block at `cut`."""
    swing = draws.one(-12, 13) / 1000.0
    pair = draws.one(0, 100)
    if pair < 35:
        first = draws.one(300, 420) / 1000.0
        spans = [(0.0, first), (1.0, first + 60.0 / height)]
    else:
        length = min(draws.one(150, 400) / height, 0.93)
        spans = [(0.0, length) if pair < 70 else (1.0, 1.0 - length)]
    lines = []
    for start, end in spans:
        t = np.linspace(start, end, 9)
        s = cut + swing * np.sin((t - start) * 7.0)
        lines.append(lattice.within(row, column, s, t))
    return lines


def _alleys(
    ways: list[tuple[str, Floats]], roads: shapely.Geometry, near: shapely.Geometry, draws: Draws
) -> list[Place]:
    """Keep the ways that begin at a street and are 80–400 m long; name and widen them."""
    lines = shapely.difference(
        np.array([shapely.LineString(points) for _, points in ways], dtype=object), near
    )
    single = shapely.get_num_geometries(lines) == 1
    length = shapely.length(lines)
    attached = shapely.distance(lines, roads) < 2 * CUT_METRES
    fit = np.flatnonzero(single & attached & (length >= 80) & (length <= 400))
    chosen = np.sort(fit[draws.shuffled(len(fit))[:ALLEYS]])
    half = draws.whole(40, 71, len(chosen)) / 20.0
    polygons = shapely.buffer(lines[chosen], half, cap_style="flat", join_style="mitre")
    polygons = shapely.difference(polygons, near)
    called = {
        letter: [stem + end for end in names.ALLEY_ENDINGS.split() for stem in stems.split()]
        for letter, stems in names.ALLEY_STEMS.items()
    }
    places = []
    # the longest take the names people know
    longest = np.argsort(-length[chosen], kind="stable")
    named = [""] * len(chosen)
    for at in longest.tolist():
        named[at] = called[ways[chosen[at]][0]].pop(0)
    for at, name, polygon in zip(chosen.tolist(), named, polygons, strict=True):
        places.append(Place(name, "alley", ways[at][0], _largest(polygon), lines[at]))
    return places


def _places(lattice: Lattice, lots: list[Lot], draws: Draws) -> list[Place]:
    """Give lots to parks, stations, markets, compounds, shopping streets and toilets."""
    free = [lots[i] for i in draws.shuffled(len(lots))]
    taken: list[Lot] = []
    places: list[Place] = []

    def pick(name: str, kind: str, letters: str, low: float, high: float, rows: int = 7) -> None:
        fits = [x for x in free if x.letter in letters and low <= x.area <= high and x.row <= rows]
        fits = fits or [x for x in free if x.letter in letters and x.area >= low]
        lot = (fits or free)[0]
        free.remove(lot)
        taken.append(lot)
        places.append(_fill(lattice, lot, name, kind, draws))

    everywhere = "".join(names.SUBDISTRICTS)
    for name, letters, rows in zip(
        names.PLAZAS.split(),
        ("C", "F", "C", "A", "B", "D", "EF", "G", "J", "I"),
        (1, 2, 7, 1, 7, 7, 1, 7, 7, 7),
        strict=True,
    ):
        park = name.endswith("公园")
        pick(name, "plaza", letters, 22000 if park else 9000, 60000 if park else 20000, rows)
    for name, letters in zip(names.STATIONS.split(), ("C", "E", "B", "A", "F", "J"), strict=True):
        pick(name, "station", letters, 14000 if name.startswith("兰州") else 5000, 26000)
    market_letters = "GFDCBAFEJIGDAHF"
    for name, letter in zip(names.MARKETS.split(), market_letters, strict=True):
        pick(name, "market", letter, 6000, 24000)
    for name, letter in zip(names.COMMERCIALS.split(), "CDEGF", strict=True):
        pick(name, "commercial", letter, 7000, 26000)
    for letter, compounds in names.COMPOUNDS.items():
        for name in compounds.split():
            pick(name, "compound", letter, 9000, 40000)
    spots = [lot for lot in free if lot.letter in everywhere][: TOILETS - 5]
    near = [lot for lot, p in zip(taken, places, strict=True) if p.kind == "plaza"][:5]
    counts: dict[str, int] = {}
    for lot in near + spots:
        stem = names.ALLEY_STEMS[lot.letter].split()
        counts[lot.letter] = counts.get(lot.letter, 0) + 1
        name = stem[(counts[lot.letter] - 1) % len(stem)] + "公厕"
        places.append(_toilet(lattice, lot, name))
    return places


def _trimmed(place: Place, paved: shapely.Geometry) -> Place:
    """Take away what streets and alleys cover."""
    if shapely.disjoint(paved, place.polygon):
        return place
    return replace(place, polygon=_largest(place.polygon.difference(paved)))


def _largest(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[int(np.argmax(shapely.area(parts)))]


def _fill(lattice: Lattice, lot: Lot, name: str, kind: str, draws: Draws) -> Place:
    """Shape a place within its lot: parks fill it, markets and compounds leave a margin."""
    (s0, s1), (t0, t1) = lot.s, lot.t
    if kind == "commercial":
        return _shopping_street(lattice, lot, name)
    if kind != "plaza":
        low, high = (0, 60) if kind == "compound" else (60, 160)
        trim = draws.whole(low, high + 1, 4) / 1000.0
        s0, s1 = s0 + (s1 - s0) * trim[0], s1 - (s1 - s0) * trim[1]
        t0, t1 = t0 + (t1 - t0) * trim[2], t1 - (t1 - t0) * trim[3]
    corners: list[tuple[float, float]] = [(0, 0), (1, 0), (1, 1), (0, 1)]
    if kind == "compound" and draws.one(0, 100) < 60:
        a, b = draws.one(25, 55) / 100.0, draws.one(25, 55) / 100.0
        notched = [(0, 0), (1 - a, 0), (1 - a, b), (1, b), (1, 1), (0, 1)]
        turn = draws.one(0, 4)
        corners = [((1 - x) if turn % 2 else x, (1 - y) if turn > 1 else y) for x, y in notched]
    elif kind == "plaza":
        a, b = 0.08, 0.92
        corners = [(a, 0), (b, 0), (1, 0.1), (1, 0.9), (b, 1), (a, 1), (0, 0.9), (0, 0.1)]
    ring = np.array(corners, dtype=np.float64)
    outline = lattice.within(
        lot.row, lot.column, s0 + (s1 - s0) * ring[:, 0], t0 + (t1 - t0) * ring[:, 1]
    )
    return Place(name, kind, lot.letter, shapely.Polygon(outline))


def _shopping_street(lattice: Lattice, lot: Lot, name: str) -> Place:
    s = np.full(9, (lot.s[0] + lot.s[1]) / 2)
    t = np.linspace(lot.t[0], lot.t[1], 9)
    line = shapely.LineString(lattice.within(lot.row, lot.column, s, t))
    polygon = line.buffer(9.0, cap_style="flat", join_style="mitre")
    return Place(name, "commercial", lot.letter, polygon, line)


def _toilet(lattice: Lattice, lot: Lot, name: str) -> Place:
    s = lot.s[0] + (lot.s[1] - lot.s[0]) * 0.12
    t = lot.t[0] + (lot.t[1] - lot.t[0]) * 0.12
    centre = lattice.within(lot.row, lot.column, np.array([s]), np.array([t]))[0]
    box = np.array([(-7, -5), (7, -5), (7, 5), (-7, 5)], dtype=np.float64)
    return Place(name, "toilet", lot.letter, shapely.Polygon(centre + box))
