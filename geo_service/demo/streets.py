"""Streets: which lines of the lattice are built, how they are named, their polygons."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import shapely

from geo_service.demo.draws import Draws
from geo_service.demo.lattice import COLUMNS, PLAN, ROWS, Lattice
from geo_service.demo.names import STREETS, THROUGH
from geo_service.measure import Floats

Edge = tuple[str, int, int]
"""``along`` or ``across``, row and column of its first crossing."""

CUT_METRES = 0.4
"""Gap left where one polygon is cut by another: rounding to 6 digits moves a vertex 0.07 m."""

_CENTRE = range(6, 17)


@dataclass
class Street:
    """A named run of lattice edges."""

    name: str
    letter: str
    edges: list[Edge]
    width: int
    rank: int
    polygon: shapely.Geometry = field(default_factory=shapely.Polygon)
    line: shapely.Geometry = field(default_factory=shapely.LineString)


def draw_streets(lattice: Lattice, seed: int) -> list[Street]:
    """Return the streets of a district, the widest first, each cut by those before it."""
    draws = Draws(seed, "streets")
    built = _connected(_built(draws))
    runs = _runs(built)
    streets = _named(runs, draws)
    streets.sort(key=lambda street: street.rank)
    _lay(streets, lattice)
    return [street for street in streets if not street.polygon.is_empty]


def crossings(streets: list[Street]) -> list[tuple[int, int]]:
    """Return the crossings of two wide streets, as (row, column) of the lattice."""
    rows = {(e[1], c) for s in streets if s.rank < 3 for e in s.edges for c in (e[2], e[2] + 1)}
    columns = {
        (r, e[2])
        for s in streets
        if 3 <= s.rank < 100 and s.edges[0][0] == "across"
        for e in s.edges
        for r in (e[1], e[1] + 1)
    }
    return sorted(rows & columns)


def _built(draws: Draws) -> set[Edge]:
    edges: set[Edge] = set()
    for row in range(1, len(ROWS) + 1):
        for column in range(1, COLUMNS):
            through = row - 1 in THROUGH
            missing = 0 if through else 230
            if row > 5 and column not in _CENTRE:
                missing = 620
            if draws.one(0, 1000) >= missing:
                edges.add(("along", row, column))
    for column in range(1, COLUMNS + 1):
        for row in range(1, len(ROWS)):
            missing = 0 if _wide(column) else 130
            if row >= 5:
                missing = 150 if column in _CENTRE else 480
            if draws.one(0, 1000) >= missing:
                edges.add(("across", row, column))
    return edges


def _wide(column: int) -> bool:
    return column % 3 == 2


def _ends(edge: Edge) -> tuple[tuple[int, int], tuple[int, int]]:
    way, row, column = edge
    return (row, column), ((row, column + 1) if way == "along" else (row + 1, column))


def _connected(edges: set[Edge]) -> set[Edge]:
    """Keep what hangs together with the first through street, dead ends of one edge included."""
    reached = {(1, 1)}
    while True:
        more = {end for edge in edges if set(_ends(edge)) & reached for end in _ends(edge)}
        if more <= reached:
            return {edge for edge in edges if _ends(edge)[0] in reached}
        reached |= more


def _runs(edges: set[Edge]) -> list[list[Edge]]:
    runs: list[list[Edge]] = []
    for row in range(1, len(ROWS) + 1):
        longest = 7 if row - 1 in THROUGH else 3
        run: list[Edge] = []
        for column in range(1, COLUMNS + 1):
            edge = ("along", row, column)
            if run and (edge not in edges or len(run) == longest):
                runs.append(run)
                run = []
            if edge in edges:
                run.append(edge)
    for column in range(1, COLUMNS + 1):
        stops = (5, 7) if _wide(column) else (3, 5, 7)
        run = []
        for row in range(1, len(ROWS) + 1):
            edge = ("across", row, column)
            if run and (edge not in edges or row in stops):
                runs.append(run)
                run = []
            if edge in edges:
                run.append(edge)
    return runs


def _named(runs: list[list[Edge]], draws: Draws) -> list[Street]:
    pools = {letter: names.split() for letter, names in STREETS.items()}
    through: Counter[int] = Counter()
    streets: list[Street] = []
    for run in runs:
        way, row, column = run[0]
        letter = Counter(_letter(edge) for edge in run).most_common(1)[0][0]
        if way == "along" and row - 1 in THROUGH:
            name = THROUGH[row - 1][through[row]]
            through[row] += 1
            width, rank = (30, 26, 24)[(row - 1) // 2 % 3], (1, 0, 2)[(row - 1) // 2]
        else:
            name = ""
            wide = way == "across" and _wide(column)
            width = draws.one(22, 26) if wide else draws.one(15, 20)
            rank = 3 + column if wide else 100 + len(streets)
        streets.append(Street(name, letter, run, width, rank))
    # the wide ones take the names people know
    number = 701
    for street in sorted(streets, key=lambda s: (s.rank, -len(s.edges))):
        if street.name:
            continue
        pool = pools[street.letter]
        if pool:
            street.name = pool.pop(0)
        else:
            street.name = f"{number}号路"
            number += 1
    return streets


def _letter(edge: Edge) -> str:
    _, row, column = edge
    return PLAN[row][column]


def _lay(streets: list[Street], lattice: Lattice) -> None:
    taken = shapely.Polygon()
    for street in streets:
        parts = [getattr(lattice, way)(row, column) for way, row, column in street.edges]
        points: Floats = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
        street.line = shapely.LineString(points)
        road = street.line.buffer(street.width / 2, cap_style="flat", join_style="mitre")
        left = shapely.get_parts(road.difference(taken))
        kept = left[shapely.area(left) > 150.0]
        street.polygon = shapely.union_all(kept)
        taken = taken.union(road.buffer(CUT_METRES, join_style="mitre"))
