"""Which role may do what: one small table, asked by every address and command."""

from geo_service.terms import ROLES

_ALL = frozenset(ROLES)
_DESK = frozenset({"supervisor", "office", "admin"})

# An action nobody listed does not exist: asking for it is a mistake in the program.
ACTIONS: dict[str, frozenset[str]] = {
    "view_map": _ALL,
    "view_today": _DESK,
    "view_case": _ALL,
    "dispatch": frozenset({"supervisor", "office"}),
    "act": frozenset({"inspector", "crew-leader", "unit", "supervisor", "office"}),
    "view_personal": frozenset({"office"}),
    "view_sender": frozenset({"office", "admin"}),
    "view_board": _ALL,
    "view_coverage": _ALL,
    "read_words": _ALL - {"viewer"},
    "export": _ALL,
    "export_all": _ALL - {"crew-leader", "unit"},
    "assign": _DESK,
    "crew_page": _DESK | {"crew-leader"},
    "patrol": _DESK | {"inspector"},
    "report": _ALL - {"viewer"},
    "place": _DESK | {"inspector"},
    "import": frozenset({"office", "admin"}),
    "run_refresh": _DESK,
    "manage_words": frozenset({"office", "admin"}),
    "keep_presets": frozenset({"admin"}),
    "second_factor": frozenset({"office", "admin"}),
    "manage_people": frozenset({"admin"}),
    "read_audit": frozenset({"admin"}),
}
"""Roles that may, by action."""


def may(role: str | None, action: str) -> bool:
    """Tell whether someone of `role` may do `action`; nobody signed in is None.

    >>> may("supervisor", "assign"), may("viewer", "assign"), may(None, "view_map")
    (True, False, False)
    """
    return role in ACTIONS[action]
