import pytest

from geo_service.people import ACTIONS, ROLES, may

MAY = {
    "viewer": {"view_map", "view_case", "view_board", "view_coverage", "export", "export_all"},
    "inspector": {"view_map", "view_case", "view_board", "export", "patrol", "place", "report",
                  "view_coverage", "read_words", "export_all", "act"},
    "crew-leader": {"view_map", "view_case", "view_board", "view_coverage", "crew_page", "report",
                    "read_words", "export", "act"},
    "unit": {"view_map", "view_case", "view_board", "view_coverage", "report", "read_words",
             "export", "act"},
    "supervisor": {
        "view_map", "view_case", "view_board", "export", "assign", "crew_page", "patrol",
        "view_coverage", "run_refresh", "place", "report",
        "read_words", "export_all", "act", "dispatch", "view_today",
    },
    "office": {
        "view_map", "view_case", "view_board", "export", "assign", "crew_page", "patrol",
        "view_coverage", "run_refresh", "import", "manage_words", "place", "report",
        "view_sender", "view_personal", "second_factor", "read_words", "export_all", "act",
        "dispatch", "view_today",
    },
    "admin": set(ACTIONS) - {"act", "dispatch", "view_personal"},
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_is_written_down(role):
    assert {action for action in ACTIONS if may(role, action)} == MAY[role]


def test_nobody_may_nothing():
    assert not any(may(who, action) for who in (None, "", "king") for action in ACTIONS)


def test_an_action_that_does_not_exist_is_a_mistake_in_the_program():
    with pytest.raises(KeyError):
        may("admin", "view_mpa")
