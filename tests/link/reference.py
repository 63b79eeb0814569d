"""The link rule once more, as a person would walk it with a list: slow, plain, no arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY = 86_400_000_000
MINUTE = 60_000_000


@dataclass
class Row:
    id: str
    at: int
    x: float
    y: float
    category: str = "A"
    source: str = "s"
    fixed_at: int | None = None
    verified_at: int | None = None
    closed_at: int | None = None
    is_duplicate: bool = False
    cancelled: int | None = None
    events: list[tuple[str, int]] = field(default_factory=list)
    f: int | None = None
    v: int | None = None
    unverified: bool = False


@dataclass
class Case:
    opening: Row
    site: Row
    episode: int
    link: str
    parent: Case | None = None
    rows: list[Row] = field(default_factory=list)
    f: int | None = None
    v: int | None = None
    unverified: bool = False
    last: int = 0
    reworks: int = 0
    reports: int = 1
    gap: int | None = None
    beyond: bool = False
    lapsed: bool = False


def id_key(text: str):
    if text and all(c in "0123456789" for c in text):
        return (0, int(text), text)
    return (1, 0, text)


def walk(  # noqa: C901 (one rule, told once)
    rows, *, as_of, d=30.0, duplicate=180 * DAY, window=90 * DAY, tie=0.001
):
    """Return the cases and a dict of report id to (case id, link)."""
    rows = [r for r in rows if r.at < as_of]
    for r in rows:
        known = lambda t: t if t is not None and t < as_of else None  # noqa: E731
        fixed, verified, closed = known(r.fixed_at), known(r.verified_at), known(r.closed_at)
        if r.cancelled is not None:
            fixed = verified = closed = None
        r.unverified = verified is None and closed is not None
        r.v = verified if verified is not None else closed
        r.f = fixed if fixed is not None else r.v
        events = sorted((t, kind) for kind, t in r.events if t < as_of)
        if r.f is None and events:
            fixes = [t for t, kind in events if kind == "fixed"]
            r.f = fixes[0] if fixes else events[0][0]
            checks = [t for t, kind in events if kind == "verified" and t >= r.f]
            r.v = checks[0] if checks else None
    closing_sources = {r.source for r in rows if r.f is not None or r.v is not None}

    def big_d(case):
        return duplicate if case.opening.source in closing_sources else 30 * DAY

    def line_of(case, t):
        f, v = case.f, case.v
        if f is None or t < f:
            return 1 if t <= case.last + big_d(case) else 4
        if v is None:
            return 2 if t <= f + big_d(case) else 4
        if t < v:
            return 2
        return 3 if t <= v + window else 4

    sites: dict[str, list[Case]] = {}
    cases, links = [], {}
    for r in sorted(rows, key=lambda r: (r.at, id_key(r.id))):
        t = r.at
        candidates = []
        for chain in sites.values():
            spot = chain[0].site
            if spot.category != r.category:
                continue
            distance = ((spot.x - r.x) ** 2 + (spot.y - r.y) ** 2) ** 0.5
            if distance > d:
                continue
            standing = [
                c
                for c in chain
                if not (c.opening.cancelled is not None and c.opening.cancelled <= t)
            ]
            if standing:
                candidates.append((distance, standing[-1]))
        chosen = None
        line = min((line_of(c, t) for _, c in candidates), default=5)
        if line < 5:
            of_line = [(dist, c) for dist, c in candidates if line_of(c, t) == line]
            nearest = min(dist for dist, _ in of_line)
            near = [c for dist, c in of_line if dist <= nearest + tie]
            latest = max(c.opening.at for c in near)
            near = [c for c in near if c.opening.at == latest]
            chosen = min(near, key=lambda c: id_key(c.opening.id))
        if r.is_duplicate:
            if line == 1:
                chosen.last, chosen.reports = t, chosen.reports + 1
                links[r.id] = (chosen.opening.id, "duplicate")
            else:
                links[r.id] = (None, None)
            continue
        if line == 1:
            c = chosen
            c.rows.append(r)
            c.last, c.reports = t, c.reports + 1
            if c.reworks == 0 and c.opening.f is None:
                closing = [x for x in c.rows if x.f is not None]
                if closing:
                    key = lambda x: x.v if x.v is not None else x.f  # noqa: E731
                    best = max(closing, key=key)
                    c.f, c.v, c.unverified = best.f, best.v, best.unverified
            elif c.reworks and c.f is None and r.f is not None:
                c.f, c.v, c.unverified = r.f, r.v, r.unverified
            links[r.id] = (c.opening.id, "duplicate")
        elif line == 2:
            c = chosen
            c.rows.append(r)
            c.last, c.reports, c.reworks = t, c.reports + 1, c.reworks + 1
            fixes = [x.f for x in c.rows if x.f is not None]
            fixes += [at for x in c.rows for kind, at in x.events if kind == "fixed" and at < as_of]
            fixes = [f for f in fixes if f > t]
            c.f = min(fixes, default=None)
            c.v, c.unverified = None, False
            if c.f is not None:
                checks = [(x.v, x.unverified) for x in c.rows if x.v is not None]
                checks += [
                    (at, False)
                    for x in c.rows
                    for kind, at in x.events
                    if kind == "verified" and at < as_of
                ]
                checks = [c_ for c_ in checks if c_[0] >= c.f]
                if checks:
                    c.v, c.unverified = min(checks)
            links[r.id] = (c.opening.id, "rework")
        else:
            c = Case(r, r, 1, "new", rows=[r], f=r.f, v=r.v, unverified=r.unverified, last=t)
            if chosen is not None:
                c.site, c.parent, c.episode = chosen.site, chosen, chosen.episode + 1
                if line == 3:
                    c.link = "rebound"
                verified = chosen.v is not None and t >= chosen.v and t >= chosen.f
                if verified:
                    c.gap = max(t - chosen.v, MINUTE)
                    c.beyond = line == 4
                else:
                    chosen.lapsed = True
            sites.setdefault(c.site.id, []).append(c)
            cases.append(c)
            links[r.id] = (r.id, c.link)
    for c in cases:
        cancelled = c.opening.cancelled is not None and c.opening.cancelled < as_of
        if cancelled:
            c.lapsed, c.f, c.v, c.unverified = False, None, None, False
        elif c.f is None:
            c.lapsed |= c.last + big_d(c) < as_of
        elif c.v is None:
            c.lapsed |= c.f + big_d(c) < as_of
    return cases, links
