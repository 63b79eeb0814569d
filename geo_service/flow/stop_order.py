"""The order of a crew's stops: by hand, or to the nearest next."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from geo_service.flow.assignments import Desk, check_version
from geo_service.flow.locating import epsg_of
from geo_service.flow.stops import crew_row
from geo_service.measure import to_metres
from geo_service.store import TO_DO, Assignment, Store


def put_in_order(desk: Desk, stops: Sequence[Assignment]) -> None:
    """Give stops of one list the numbers of the order in which they are given."""
    with desk.store.transaction():
        for number, one in enumerate(stops, start=1):
            if one.stop_order != number:
                desk.store.assignments.change(
                    *(one.assignment_id, one.version, {"stop_order": number}),
                    *(desk.actor.name, desk.now),
                )


def step(desk: Desk, assignment_id: int, version: int, by: int) -> None:
    """Move a stop up (-1) or down (1) on its list; at the end of it nothing happens.

    Raises
    ------
    NotFound
        If there is no such assignment.
    Conflict
        If it has another version by now.
    """
    with desk.store.transaction():
        one = desk.store.assignments.one(assignment_id)
        check_version(one, version)
        stops = desk.store.assignments.listed(one.date, one.crew_id)
        place = [stop.assignment_id for stop in stops].index(assignment_id)
        other = min(max(place + by, 0), len(stops) - 1)
        stops.insert(other, stops.pop(place))
        put_in_order(desk, stops)


def nearest_next(desk: Desk, crew_id: str, day: date) -> None:
    """Put a crew's stops in an order: from its depot to the nearest, from there to the nearest.

    What is done comes first and stays, what lies nowhere comes last; straight metres, no roads.

    Raises
    ------
    NotFound
        If there is no such crew.
    """
    store = desk.store
    crew = crew_row(store, crew_id)
    with store.transaction():
        stops = store.assignments.listed(day, crew_id)
        done = [one for one in stops if one.state not in TO_DO]
        left = [one for one in stops if one.state in TO_DO]
        points = stop_points(store, left)
        placed = [one for one in left if one.assignment_id in points]
        here = (crew["depot_lon"], crew["depot_lat"])
        if None in here and placed:
            here = points[placed[0].assignment_id]
        order = _greedy(here, [points[one.assignment_id] for one in placed], epsg_of(store))
        rest = [one for one in left if one.assignment_id not in points]
        put_in_order(desk, [*done, *(placed[row] for row in order), *rest])


def _greedy(
    start: tuple[float, float], points: Sequence[tuple[float, float]], epsg: int
) -> list[int]:
    """Return the rows of `points`, degrees, each the nearest to the one before."""
    if not points:
        return []
    lon, lat = zip(start, *points, strict=True)
    x, y = to_metres(np.array(lon, dtype=float), np.array(lat, dtype=float), epsg)
    order, here, left = [], 0, list(range(1, len(x)))
    while left:
        here = min(left, key=lambda row: (float(np.hypot(x[row] - x[here], y[row] - y[here])), row))
        left.remove(here)
        order.append(here - 1)
    return order


def stop_points(store: Store, stops: Sequence[Assignment]) -> dict[int, tuple[float, float]]:
    """Return where stops are, lon and lat: at their first case, else inside their area."""
    areas = store.areas.read() if any(not one.case_ids for one in stops) else None
    found = {}
    for one in stops:
        if one.case_ids:
            case = store.live.case(one.case_ids[0])
            if case is not None:
                found[one.assignment_id] = (case.lon, case.lat)
        elif areas is not None:
            shapes = areas.loc[areas["area_id"] == one.area_id, "geometry"]
            if len(shapes):
                point = shapes.iloc[0].representative_point()
                found[one.assignment_id] = (point.x, point.y)
    return found
