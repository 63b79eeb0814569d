"""The moves of a case: from which states, by whom, and what each must say.

The table is asked once, at the door where an event is received; afterwards the link rule lets the
event act, or not, on the case that then stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from geo_service.terms import BadInput, NotAllowed, Refused

_DESK = frozenset({"supervisor", "office"})
_CHECKERS = _DESK | {"inspector"}
_WORKERS = frozenset({"crew-leader", "unit"})
_UNDER_WAY = frozenset({"open", "dispatched", "working"})
_UNFIXED = _UNDER_WAY | {"returned", "failed"}
_NOT_VERIFIED = _UNFIXED | {"fixed"}
_ANY = _NOT_VERIFIED | {"verified", "cancelled"}

REASONS = ("other_crew", "refused", "not_found", "private_ground", "not_ours", "weather")
"""Why a crew or unit gives a case back."""

CORRECTIONS = ("split", "recategorised", "moved")
"""Kinds that change what reports say."""

SHOWN = ("fixed", "verified")
"""Kinds that need a photo where the category asks for one."""

_GRACE = timedelta(minutes=10)
"""For so long one's own last event can be withdrawn."""

_LATE = timedelta(hours=1)
"""What comes so much later than it happened, without a measured clock, is back-dated."""

_BEFORE_THE_FIX = timedelta(minutes=5)
_A_MINUTE = timedelta(minutes=1)
_BACK_DATED = timedelta(days=30)


class Move(NamedTuple):
    """What one kind of event asks for.

    Parameters
    ----------
    before
        The states from which it leads on.
    roles
        Who may, beside the crew or unit that the case was given to where `workers` says so.
    workers
        Whether that crew or unit may: ``no``, ``yes``, or ``alone``: nobody else.
    needs
        Fields that must be said; ``crew_id|unit_id`` is one of two.
    another
        Whether it must be another person than who fixed.
    mere
        Whether a mere closing of the source may be moved so as well.
    """

    before: frozenset[str]
    roles: frozenset[str]
    workers: str = "no"
    needs: tuple[str, ...] = ()
    another: bool = False
    mere: bool = False


MOVES: dict[str, Move] = {
    "dispatched": Move(
        frozenset({"open", "returned", "failed", "dispatched"}), _DESK, needs=("crew_id|unit_id",)
    ),
    "accepted": Move(frozenset({"dispatched"}), frozenset(), "alone"),
    "returned": Move(frozenset({"dispatched", "working"}), frozenset(), "alone", ("reason",)),
    "postponed": Move(_UNDER_WAY, _DESK, needs=("due_at", "note")),
    "fixed": Move(_UNDER_WAY | {"failed"}, _DESK, "yes"),
    "verified": Move(frozenset({"fixed"}), _CHECKERS, another=True, mere=True),
    "failed": Move(frozenset({"fixed"}), _CHECKERS, needs=("note",), another=True, mere=True),
    "cancelled": Move(_NOT_VERIFIED, _DESK, needs=("reason",)),
    "reinstated": Move(frozenset({"cancelled"}), _DESK),
    "merged": Move(_NOT_VERIFIED | {"verified"}, _DESK, needs=("target_case_id",)),
    "split": Move(_ANY, _DESK, needs=("report_ids",)),
    "recategorised": Move(_NOT_VERIFIED, _CHECKERS, needs=("category",)),
    "moved": Move(_NOT_VERIFIED, _CHECKERS, needs=("lon", "lat")),
    "noted": Move(_ANY, _CHECKERS, "yes", ("note",)),
    "cause": Move(_ANY, _CHECKERS, "yes", ("note",)),
    "measure": Move(_ANY, _CHECKERS, "yes", ("note", "person|unit_id", "due_at")),
    "withdrawn": Move(_ANY, _CHECKERS, "yes"),
}
"""Every kind of event; the contract's table."""


class Actor(NamedTuple):
    """Who asks: an account, its role, and the crew or unit that it belongs to."""

    name: str
    role: str
    crew_id: str | None = None
    unit_id: str | None = None


@dataclass(frozen=True)
class Situation:
    """How a case stands when somebody asks.

    Parameters
    ----------
    state
        As the link rule has it, ``lapsed`` too.
    unverified
        Whether only its source closed it.
    opened_at, fixed_at
        Aware.
    rebounds
        The how-manieth rebound of its site it is, 0 where it is none.
    events
        Those of the case by the moment they were received, fields of EVENTS, without what was
        taken back and without takers.
    given
        Whether an area of the asking crew holds it, where it was dispatched to nobody.
    photo
        Whether its category asks for a photo of a fix and of its check.
    """

    case_id: str
    state: str
    unverified: bool
    opened_at: datetime
    fixed_at: datetime | None
    rebounds: int = 0
    events: Sequence[Mapping[str, Any]] = ()
    given: bool = False
    photo: bool = False

    @property
    def standing(self) -> str:
        """The state at the door: what lapsed is as open, or as fixed, as it was."""
        if self.state != "lapsed":
            return self.state
        return "open" if self.fixed_at is None else "fixed"

    @property
    def dispatched(self) -> Mapping[str, Any] | None:
        """The latest dispatch, None without."""
        sent = [one for one in self.events if one["kind"] == "dispatched"]
        return sent[-1] if sent else None

    def is_given_to(self, actor: Actor) -> bool:
        """Tell whether the case is in the hands of the crew or unit of `actor`."""
        if actor.role not in _WORKERS:
            return False
        sent = self.dispatched
        if sent is None:
            return self.given
        crew = actor.crew_id is not None and sent["crew_id"] == actor.crew_id
        return crew or (actor.unit_id is not None and sent["unit_id"] == actor.unit_id)

    @property
    def fixers(self) -> frozenset[str]:
        """Names of those who made, or are named by, the fix that stands."""
        names: set[str] = set()
        for one in self.events:
            if one["kind"] == "failed":
                names.clear()
            elif one["kind"] == "fixed":
                names |= {one["actor"], one["person"]} - {None}
        return frozenset(names)


def allowed(case: Situation, actor: Actor, now: datetime) -> list[str]:
    """Return the kinds of events that `actor` may make of a case now, in the table's order."""
    return [kind for kind in MOVES if _refusal(kind, case, actor, now) is None]


def check(kind: str, case: Situation, actor: Actor, said: Mapping[str, Any], now: datetime) -> None:
    """Let a move pass, or raise why not.

    Parameters
    ----------
    said
        The event's fields as they came, those without a value left out.

    Raises
    ------
    BadInput
        If there is no such kind, or a field is missing.
    NotAllowed
        If the role may never do this, or the case is in other hands.
    Refused
        If the case does not stand so that this can be done; says what is allowed.
    """
    if kind not in MOVES:
        raise BadInput("moves.no_such_kind", field="kind", value=kind)
    refusal = _refusal(kind, case, actor, now)
    if refusal is not None:
        key, values = refusal
        if key in ("moves.not_your_role", "moves.other_hands"):
            raise NotAllowed(key, **values)
        raise Refused(key, allowed(case, actor, now), **values)
    for need in MOVES[kind].needs:
        if not any(name in said for name in need.split("|")):
            raise BadInput("moves.missing", field=need.split("|")[0], kind=kind)
    if kind in SHOWN and case.photo and "photo_ids" not in said:
        raise BadInput("photos.asked", field="photo_ids", kind=kind)
    if kind == "returned" and said["reason"] not in REASONS:
        raise BadInput(
            "moves.no_such_reason", field="reason", value=said["reason"], known=", ".join(REASONS)
        )
    if MOVES[kind].another and said.get("person") in case.fixers:
        raise Refused("moves.own_fix", allowed(case, actor, now), name=said["person"])
    asks = kind == "verified" and case.rebounds > 1
    if asks and not _has_measures(case) and not (actor.role in _DESK and "note" in said):
        raise Refused("moves.no_measure", allowed(case, actor, now), count=case.rebounds)


def _has_measures(case: Situation) -> bool:
    return {"cause", "measure"} <= {one["kind"] for one in case.events}


Refusal = tuple[str, dict[str, Any]]


def _refusal(kind: str, case: Situation, actor: Actor, now: datetime) -> Refusal | None:
    """Return why `actor` may not do this, None where nothing is in the way."""
    move = MOVES[kind]
    works = actor.role in _WORKERS and move.workers != "no"
    if actor.role not in move.roles and not works:
        return "moves.not_your_role", {"role": actor.role, "kind": kind}
    if works and actor.role not in move.roles and not case.is_given_to(actor):
        return "moves.other_hands", {"case_id": case.case_id}
    state = case.standing
    mere = move.mere and state == "verified" and case.unverified
    if state not in move.before and not mere:
        return "moves.wrong_state", {"state": state, "kind": kind}
    if move.another and actor.name in case.fixers:
        return "moves.own_fix", {"name": actor.name}
    if kind == "withdrawn":
        return _no_withdrawal(case, actor, now)
    if kind == "reinstated" and not any(one["kind"] == "cancelled" for one in case.events):
        return "moves.cancelled_elsewhere", {}
    return None


def _no_withdrawal(case: Situation, actor: Actor, now: datetime) -> Refusal | None:
    last = case.events[-1] if case.events else None
    if last is None or last["actor"] != actor.name:
        return "moves.not_the_last", {}
    if now - last["at"] > _GRACE:
        return "moves.too_late", {"minutes": int(_GRACE.total_seconds() // 60)}
    return None


def moment_of(
    kind: str,
    case: Situation,
    actor: Actor,
    at: datetime,
    *,
    received: datetime,
    measured: bool,
    note: bool,
) -> tuple[datetime, bool]:
    """Return when an event counts as having happened, and whether it is back-dated.

    Parameters
    ----------
    at
        When it happened, as was said.
    received
        When the server had it.
    measured
        Whether the phone's clock was compared with the server's.
    note
        Whether a note says why.

    Raises
    ------
    Refused
        If it was before the case was opened, a check was before the fix, or it comes too late for
        who sends it.
    """
    at = min(at, received)
    here: list[str] = []
    if at < case.opened_at:
        raise Refused("moves.before_opening", here, at=_told(at), opened=_told(case.opened_at))
    fixed = case.fixed_at
    if kind in ("verified", "failed") and fixed is not None and at <= fixed:
        # two phones: the check's may be a little behind the other
        if fixed - at > _BEFORE_THE_FIX:
            raise Refused("moves.before_fix", here, at=_told(at), fixed=_told(fixed))
        at = fixed + _A_MINUTE
    back_dated = not measured and received - at > _LATE
    if back_dated and actor.role not in _DESK and received - at > _BACK_DATED:
        raise Refused("moves.back_dated", here, days=_BACK_DATED.days)
    if back_dated and actor.role in _DESK and received - at > _BACK_DATED and not note:
        raise BadInput("moves.missing", field="note", kind=kind)
    return at, back_dated


def _told(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
