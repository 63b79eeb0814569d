"""Random histories: reports in a few tight places, and people at work on them.

Most events follow what would be done next, so that they fit; some are sent too early, twice, in
another system, or about the wrong report, and are taken back.
"""

from __future__ import annotations

from random import Random

from tests.link.reference import DAY, Event, Row

HOUR = DAY // 24
T0 = 1_735_689_600_000_000
AS_OF = T0 + 500 * DAY
X0, Y0 = 570_000.0, 3_990_000.0
PLAN = ("dispatched", "accepted", "fixed", "failed", "fixed", "verified")
ODD = (
    *("returned", "postponed", "cancelled", "failed", "verified", "fixed", "dispatched", "noted"),
    *("merged", "merged", "merged", "split", "split", "recategorised", "moved"),
)


def history(seed: int) -> tuple[list[Row], list[Event]]:
    """Return at least 30 rows and at least 10 events of at least 6 kinds."""
    random = Random(seed)
    while True:
        rows = _rows(random, random.randint(30, 40))
        events = _events(random, rows, seed)
        if len(events) >= 10 and len({e.kind for e in events}) >= 6:
            return rows, events


def _rows(random: Random, count: int) -> list[Row]:
    spots = [(X0 + 25 * random.randint(0, 6), Y0 + 20 * random.randint(0, 1)) for _ in range(4)]
    days = sorted(random.randint(0, 24 * random.choice([60, 400])) for _ in range(count))
    rows = []
    for k, hour in enumerate(days):
        x, y = random.choice(spots)
        at = T0 + hour * HOUR
        row = Row(
            id=random.choice(["", "a", "B", "0"]) + str(k if k % 3 else k * 7),
            at=at,
            x=x + random.choice([0, 0, 5.0, 12.5]),
            y=y + random.choice([0, 3.0]),
            category=random.choice("AAAB"),
            source=random.choice(["s", "s", "t", "silent"]),
            is_duplicate=random.random() < 0.05,
        )
        if row.source != "silent":
            later = at + random.randint(0, 24 * 60) * HOUR
            draw = random.random()
            if draw < 0.12:
                row.closed_at = later
            elif draw < 0.2:
                row.fixed_at = later
                row.verified_at = later + random.randint(0, 99) * HOUR
            elif draw < 0.26:
                row.fixed_at = later
            elif draw < 0.3:
                row.cancelled = later
        rows.append(row)
    return rows


def _events(random: Random, rows: list[Row], seed: int) -> list[Event]:
    events: list[Event] = []
    ids = iter(range(10_000))

    def add(kind: str, row: Row, at: int, **more: object) -> Event:
        name = f"e{next(ids) * 7919 % 10_000:04d}"
        actor = "import:old" if random.random() < 0.1 else "crew"
        key = random.choice(["", "k", name])
        events.append(Event(name, kind, row.id, at, actor=actor, key=key, **more))
        return events[-1]

    for row in random.sample(rows, 8):
        at = row.at
        for kind in PLAN[random.choice([0, 0, 2, 5]) :]:
            at += random.choice([0, 1, 5, 24, 24 * 9, 24 * 40]) * HOUR
            if random.random() < 0.75:
                add(kind, row, at)
    for _ in range(random.randint(5, 12)):
        row, other = random.sample(rows, 2)
        at = row.at + random.choice([-5, 0, 1, 24, 24 * 30]) * HOUR
        kind = random.choice(ODD)
        if kind == "merged":
            near = [r for r in rows if r.category == row.category and abs(r.at - row.at) < 20 * DAY]
            add(kind, row, at, target=random.choice(near).id)
        elif kind in ("split", "recategorised", "moved"):
            near = [r for r in rows if r.at >= row.at and abs(r.x - row.x) <= 30]
            some = random.sample(near, min(len(near), random.choice([1, 1, 2, 3])))
            given = tuple(r.id for r in some)
            where = {"x": other.x + random.choice([0, 7]), "y": other.y}
            add(kind, row, at, reports=given, category=random.choice("AB"), **where)
        else:
            add(kind, row, at)
    # every second history has a closing that is withdrawn
    closings = [e for e in events if e.kind in ("fixed", "verified")]
    some = random.sample(closings, 1) if closings and seed % 2 else []
    for one in [*some, *random.sample([e for e in events if e not in some], 3)]:
        undo = "reinstated" if one.kind == "cancelled" else "withdrawn"
        after = one.at + HOUR
        name = f"e{next(ids) * 7919 % 10_000:04d}"
        events.append(Event(name, undo, one.case, after, takes_back=one.id))
    for one in [e for e in events if e.kind == "cancelled"]:
        if random.random() < 0.5:
            name = f"e{next(ids) * 7919 % 10_000:04d}"
            events.append(Event(name, "reinstated", one.case, one.at + DAY, takes_back=one.id))
    return events
