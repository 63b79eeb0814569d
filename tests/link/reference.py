"""The link rule once more, as a person would walk it with a list: slow, plain, no arrays.

Corrections come first, then one agenda of reports and events by time. What a case's rows say is
read anew from its list of rows at each step; nothing is kept that could go stale.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot, inf

DAY = 86_400_000_000
MINUTE = 60_000_000
D, SHORT, W, TIE = 180 * DAY, 30 * DAY, 90 * DAY, 0.001
ORDER = [
    "verified",
    "failed",
    "returned",
    "dispatched",
    "accepted",
    "postponed",
    "fixed",
    "cancelled",
]


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


@dataclass
class Event:
    id: str
    kind: str
    case: str
    at: int
    target: str = ""
    takes_back: str = ""
    reports: tuple[str, ...] = ()
    category: str = ""
    x: float = 0.0
    y: float = 0.0
    actor: str = "crew"
    key: str = ""


@dataclass
class Case:
    opening: Row
    spots: list[Row]
    chain: list[Case]
    rows: list[Row]
    link: str = "new"
    episode: int = 1
    parent: Case | None = None
    last: int = 0
    reports: int = 1
    reworks: int = 0
    gap: int | None = None
    beyond: bool = False
    given_up: bool = False
    cancelled: float = inf
    hidden_until: float = -inf
    merged: bool = False
    hand: bool = False
    stage: str = "open"
    void: int | None = None
    event_f: float = inf
    event_v: float = inf
    confirmed: int | None = None
    no_row_check: bool = False

    def fix_of(self, row):
        closed = None if self.hand else row.closed_at
        v = row.verified_at if row.verified_at is not None else closed
        f = row.fixed_at if row.fixed_at is not None else v
        return none(f), none(v), row.verified_at is None and closed is not None

    def by_rows(self):
        """Return fix, verification and whether that is mere, as the rows so far say."""
        said = [(row, *self.fix_of(row)) for row in self.rows]
        if self.void is None:
            if said[0][1] < inf:
                return said[0][1:]
            f = max((f for _, f, _, _ in said if f < inf), default=inf)
            checks = [(v, not mere) for _, _, v, mere in said if v < inf]
            v, sound = max(checks, default=(inf, True))
            return f, v, not sound
        then = [one for one in said if one[0].at <= self.void]
        f = min((f for _, f, _, _ in then if f > self.void), default=inf)
        if f < inf:
            v, mere = min(
                ((v, mere) for _, _, v, mere in then if f <= v < inf), default=(inf, False)
            )
            return f, v, mere
        for row, f, v, mere in said:
            if row.at > self.void and f < inf:
                return f, v, mere
        return inf, inf, False

    def closing(self):
        f, v, mere = self.by_rows()
        if self.no_row_check:
            v, mere = inf, False
        if self.event_f < f:
            f = self.event_f
            v = inf if v < f else v
        if self.event_v <= v:
            v, mere = self.event_v, False
        return f, v, mere and v < inf


def none(value):
    return inf if value is None else value


def id_key(text: str):
    if text and all(c in "0123456789" for c in text):
        return (0, int(text), text)
    return (1, 0, text)


def turn(row):
    return row.at, id_key(row.id)


def standing(case, t):
    return not case.merged and not case.cancelled <= t


def latest(chain, t):
    return next((one for one in reversed(chain) if standing(one, t)), None)


class Walk:
    def __init__(self, rows, events, as_of, d=30.0):
        self.d, self.as_of = d, as_of
        self.counts: dict[str, int] = {}
        known = lambda t: t if t is not None and t < as_of else None  # noqa: E731
        self.rows = {}
        for row in sorted(rows, key=turn):
            if row.at < as_of:
                times = {
                    n: known(getattr(row, n)) for n in ("fixed_at", "verified_at", "closed_at")
                }
                if row.cancelled is not None:
                    times = dict.fromkeys(times)
                self.rows[row.id] = replace(row, cancelled=known(row.cancelled), **times)
        closers = [
            r for r in self.rows.values() if (r.fixed_at, r.verified_at, r.closed_at) != (None,) * 3
        ]
        self.closing_sources = {row.source for row in closers}
        log = sorted((e for e in events if e.at < as_of), key=lambda e: (e.at, e.id))
        gone = set()
        for one in reversed(log):
            if one.kind in ("reinstated", "withdrawn") and one.id not in gone:
                gone.add(one.takes_back)
                self.count(one.kind)
        self.log = [
            e for e in log if e.id not in gone and e.kind not in ("reinstated", "withdrawn")
        ]
        self.chains: list[list[Case]] = []
        self.cases: list[Case] = []
        self.holder: dict[str, Case] = {}
        self.links: dict[str, tuple[str | None, str | None]] = {}
        self.together: dict[str, list[str]] = {}
        self.split: dict[str, Event] = {}
        self.correct()
        self.run()

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def correct(self):
        last: dict[tuple[str, str], Event] = {}
        group: dict[str, Event] = {}
        for e in self.log:
            concerned = (
                (e.reports or (e.case,)) if e.kind in ("split", "recategorised", "moved") else ()
            )
            for name in (e.case, e.target, *concerned):
                if name in self.rows:
                    self.rows[name].is_duplicate = False
            for name in concerned:
                if name in self.rows:
                    last[name, e.kind] = e
                    if e.kind != "split":
                        group[name] = e
        for (name, kind), e in last.items():
            self.count(kind)
            if kind == "recategorised":
                self.rows[name].category = e.category
            elif kind == "moved":
                self.rows[name].x, self.rows[name].y = e.x, e.y
            else:
                self.split[name] = e
        for name in self.rows:
            e = self.split.get(name) or group.get(name)
            if e is not None:
                of = self.split if name in self.split else group
                self.together[name] = [one for one in self.rows if of.get(one) is e]

    def run(self):
        agenda = [((row.at, 1, id_key(row.id)), row) for row in self.rows.values()]
        merges: dict[str, list[Event]] = {}
        for e in self.log:
            if e.case not in self.rows:
                continue
            if e.kind == "merged" and e.target in self.rows:
                parted = any(
                    s.kind == "split"
                    and (s.at, s.id) > (e.at, e.id)
                    and {e.case, e.target} & set(s.reports)
                    for s in self.log
                )
                if not parted:
                    second = max(
                        (self.rows[e.case], self.rows[e.target]), key=lambda r: (r.at, id_key(r.id))
                    )
                    merges.setdefault(second.id, []).append(e)
            elif e.kind in ORDER:
                named = self.rows[e.case].at
                t = max(e.at, named)
                agenda.append(((t, 2 if t == named else 0, (ORDER.index(e.kind), e.key, e.id)), e))
        for (t, *_), one in sorted(agenda, key=lambda pair: pair[0]):
            if isinstance(one, Event):
                self.event(one, t)
            else:
                self.report(one)
                for e in sorted(merges.get(one.id, []), key=self.order):
                    self.merge(e, t)

    def order(self, e):
        named = self.rows[e.case].at
        return max(e.at, named), e.at <= named, e.key, e.id

    # ---- reports ----------------------------------------------------------------------------

    def window(self, case):
        if case.hand:
            return inf
        return D if case.opening.source in self.closing_sources else SHORT

    def line(self, case, t):
        f, v, _ = case.closing()
        if t < f:
            return 1 if t <= case.last + self.window(case) else 4
        if v == inf:
            return 2 if t <= f + self.window(case) else 4
        if t < v:
            return 2
        return 3 if t <= v + W else 4

    def candidates(self, row):
        mine = self.together.get(row.id, [row.id])
        first = self.rows[mine[0]]
        alone = row.id in self.split
        with_first = []
        if first is not row and first.category == row.category and first.id in self.holder:
            with_first = [(self.d, self.holder[first.id].chain)]
        if alone:
            return with_first
        near, hidden = [], []
        for chain in self.chains:
            for spot in chain[0].spots:
                far = hypot(spot.x - row.x, spot.y - row.y)
                if spot.category == row.category and far <= self.d + 1e-6:
                    late = self.split[spot.id].at if spot.id in self.split else -inf
                    (hidden if late > row.at else near).append((far, chain))
        if not any(latest(chain, row.at) for _, chain in near):
            near += hidden
        return near + with_first

    def report(self, row):
        t = row.at
        offered = [(far, case) for far, chain in self.candidates(row) if (case := latest(chain, t))]
        line = min((self.line(case, t) for _, case in offered), default=5)
        chosen = None
        if line < 5:
            of_line = [(far, case) for far, case in offered if self.line(case, t) == line]
            nearest = min(far for far, _ in of_line)
            near = [case for far, case in of_line if far <= nearest + TIE]
            newest = max(case.opening.at for case in near)
            chosen = min(
                (case for case in near if case.opening.at == newest),
                key=lambda c: id_key(c.opening.id),
            )
        if row.is_duplicate and line != 1:
            self.links[row.id] = (None, None)
            return
        self.count(f"line {line}")
        if line <= 2:
            self.join(chosen, row, line)
            return
        case = Case(row, [row], [], [row], last=t)
        if row.cancelled is not None:
            case.cancelled = row.cancelled
        if chosen is None:
            self.chains.append(case.chain)
        else:
            f, v, _ = chosen.closing()
            case.chain, case.spots, case.parent = chosen.chain, chosen.spots, chosen
            case.episode = chosen.episode + 1
            case.link = "rebound" if line == 3 else "new"
            if t >= f and t >= v:
                case.gap, case.beyond = max(t - v, MINUTE), line == 4
            else:
                chosen.given_up = True
        case.chain.append(case)
        self.cases.append(case)
        self.holder[row.id] = case
        self.links[row.id] = (row.id, case.link)

    def join(self, case, row, line):
        self.holder[row.id] = case
        self.links[row.id] = (case.opening.id, "duplicate" if line == 1 else "rework")
        case.last, case.reports = row.at, case.reports + 1
        if not row.is_duplicate:
            case.rows.append(row)
            if line == 2:
                self.send_back(case, row.at)

    def send_back(self, case, t):
        if case.hand or case.event_f < inf:
            case.stage = "failed"
        case.reworks += 1
        case.void, case.event_f, case.event_v = t, inf, inf
        case.confirmed, case.no_row_check = None, False

    # ---- events -----------------------------------------------------------------------------

    def event(self, e, t):
        holder = self.holder.get(e.case)
        if holder is None:
            return
        case = latest(holder.chain, t)
        if case is None or (case.opening.at, id_key(case.opening.id)) < (
            holder.opening.at,
            id_key(holder.opening.id),
        ):
            return
        here = not e.actor.startswith("import:")
        f, v, mere = case.closing()
        verified = v <= t and not mere
        if e.kind == "cancelled":
            if v > t:
                case.cancelled = t
                self.count("cancelled")
        elif e.kind == "failed":
            if f < t and not verified:
                self.in_hand(case, here)
                self.send_back(case, t)
                case.stage = "failed"
                self.count("failed")
        elif e.kind == "verified":
            if not verified:
                self.in_hand(case, here)
                case.event_f, case.event_v = min(f, t), t
                if mere and v <= t:
                    case.confirmed, case.no_row_check = v, True
                    self.count("confirmed")
                self.count("verified")
        elif f > t or (here and mere and self.real_fix(case) > t):
            self.in_hand(case, here)
            self.count(e.kind)
            if e.kind == "fixed":
                case.event_f = min(case.event_f, t)
            words = {"dispatched": "dispatched", "accepted": "working", "returned": "returned"}
            case.stage = words.get(e.kind, case.stage)

    def real_fix(self, case):
        case.hand = True
        f = case.closing()[0]
        case.hand = False
        return f

    def in_hand(self, case, here):
        if here and not case.hand:
            case.hand, case.given_up, case.cancelled = True, False, inf

    def merge(self, e, t):
        a, b = self.holder.get(e.case), self.holder.get(e.target)
        if a is None or b is None or a is b or a.opening.category != b.opening.category:
            return
        kept, gone = sorted((a, b), key=lambda c: turn(c.opening))
        if any(not standing(c, t) or c.closing()[1] <= t for c in (kept, gone)):
            return
        if latest(gone.chain, t) is not gone:
            return
        gone.merged = True
        if latest(kept.chain, t) is not kept:
            gone.merged = False
            return
        self.count("merged")
        back = kept.closing()[0] <= t
        for name, case in self.holder.items():
            if case is gone:
                self.holder[name] = kept
                self.links[name] = (kept.opening.id, self.links[name][1])
        self.links[gone.opening.id] = (kept.opening.id, "rework" if back else "duplicate")
        kept.rows += gone.rows
        kept.reports += gone.reports
        kept.last = max(kept.last, gone.last)
        kept.given_up = False
        if kept.stage == "open":
            kept.stage = gone.stage
        if kept.chain is not gone.chain:
            self.chains = [chain for chain in self.chains if chain is not gone.chain]
            kept.spots += gone.spots
            # what stood at the joined site lies behind: the kept case is the latest there
            theirs = gone.chain
            for one in self.cases:
                if one.chain is theirs:
                    one.chain, one.spots = kept.chain, kept.spots
        self.in_hand(kept, gone.hand)
        if back:
            self.send_back(kept, t)

    # ---- what stands at the end ----------------------------------------------------------------

    def state(self, case):
        f, v, _ = case.closing()
        if case.cancelled < self.as_of:
            return "cancelled"
        since = case.last if f == inf else f if v == inf else self.as_of
        if case.given_up or since + self.window(case) < self.as_of:
            return "lapsed"
        return case.stage if f == inf else "fixed" if v == inf else "verified"


def walk(rows, events=(), *, as_of):
    """Return the cases that stand in the end, and a dict of report id to (case id, link)."""
    made = Walk(rows, events, as_of)
    return made, [case for case in made.cases if not case.merged], made.links
